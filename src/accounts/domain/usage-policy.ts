/** What a caller may do: sizes in bytes, times in seconds. One table in `config/default.yaml`, one row a kind of caller. */
export interface UsagePolicy {
  /** Largest upload. */
  readonly fileBytes: number;
  /** Most operations in one request. */
  readonly operations: number;
  readonly qualityMin: number;
  readonly qualityMax: number;
  /** Most pixels of an upload, all frames together. */
  readonly sourcePixels: number;
  /** Longest side of an image at any step. */
  readonly outputSide: number;
  /** Most pixels at any step, all frames together. */
  readonly outputPixels: number;
  readonly requestsPerMinute: number;
  /** Jobs waiting or running at once. */
  readonly activeJobs: number;
  /** Bytes of originals and results kept at once. */
  readonly keptBytes: number;
  /** How long a result can be downloaded, from completion. */
  readonly downloadSeconds: number;
  /** How long it stays after the first download, if that is less. */
  readonly afterDownloadSeconds: number;
  /** Images accepted in a calendar month, in UTC; null for no limit. */
  readonly imagesPerMonth: number | null;
}

/** What the operator has set for one account: these figures in place of those of its kind. */
export type OwnPolicy = Partial<UsagePolicy>;

/** The policies of both kinds of caller. */
export abstract class UsagePolicies {
  readonly authenticated: UsagePolicy;
  readonly anonymous: UsagePolicy;
}
