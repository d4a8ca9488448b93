/** What a result lacks, or its caller should know, though the job succeeds. */
export const WARNING_CODES = [
  'animation_flattened',
  'field_ignored',
  'hdr_flattened',
  'kept_original',
  'palette_skipped',
  'proportions_changed',
] as const;

export type WarningCode = (typeof WARNING_CODES)[number];

/** A stable code, a sentence, and where it can be told the JSON pointer to what it is about. */
export interface Warning {
  readonly code: WarningCode;
  readonly detail: string;
  readonly pointer?: string;
}
