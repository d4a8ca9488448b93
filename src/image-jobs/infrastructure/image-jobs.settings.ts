import { IntegerBetween } from '../../shared/validation.ts';

/** How many jobs there may be, and how long their records stay. */
export class JobSettings {
  @IntegerBetween(1, 10_000_000)
  queueLimit: number;
  @IntegerBetween(1, 31_536_000)
  recordSeconds: number;
}

/** How much one batch may bring. */
export class BatchSettings {
  @IntegerBetween(1, 1000)
  files: number;
  @IntegerBetween(1, 10_737_418_240)
  bytes: number;
}

/** How many of a kind of request that takes its time there are at once. */
class PlaceSettings {
  @IntegerBetween(1, 100_000)
  places: number;
  @IntegerBetween(1, 100_000)
  perAccount: number;
  @IntegerBetween(1, 100_000)
  perAddress: number;
}

/** How many uploads, batches among them, come in at once. */
export class UploadSettings extends PlaceSettings {}

/** How many results, and archives of them, are sent at once. */
export class DownloadSettings extends PlaceSettings {}

/** Requests that wait until their job is done. */
export class WaitingSettings {
  @IntegerBetween(0, 100_000)
  places: number;
}

/** Event streams that are open at once, and how long they live. */
export class StreamSettings {
  @IntegerBetween(0, 100_000)
  places: number;
  @IntegerBetween(0, 100_000)
  perAccount: number;
  @IntegerBetween(0, 100_000)
  perAddress: number;
  @IntegerBetween(1, 86_400)
  seconds: number;
  @IntegerBetween(1, 3600)
  heartbeatSeconds: number;
}
