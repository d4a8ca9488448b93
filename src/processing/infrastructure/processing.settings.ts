import { IntegerBetween } from '../../shared/validation.ts';

/** How long a job may run, and how often what is lost is looked for. */
export class ProcessingSettings {
  @IntegerBetween(1, 3600)
  deadlineSeconds: number;
  @IntegerBetween(0, 3600)
  deadlineSecondsPerMegapixel: number;
  @IntegerBetween(1, 10)
  sweepSeconds: number;
  @IntegerBetween(10, 86_400)
  orphanSeconds: number;
}
