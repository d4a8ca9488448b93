import type { ImageJob } from '../domain/image-job.ts';

/** A result that cannot be handed out, and why. */
export interface WithoutResult {
  /** File name that its client gave, with the name of the output where there are several. */
  readonly name: string;
  readonly reason: string;
}

/** The outputs of a job that failed; all of them, if it failed itself. */
export function failedOutputsOf(job: ImageJob): WithoutResult[] {
  return job.outputs
    .filter(({ error }) => error !== null)
    .map((output) => ({
      name: job.outputs.length === 1 ? job.name : `${job.name} (${output.name})`,
      reason: `failed: ${output.error?.detail}`,
    }));
}
