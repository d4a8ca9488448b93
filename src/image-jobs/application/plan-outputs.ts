import { randomUUID } from 'node:crypto';
import type { Caller } from '../../accounts/domain/caller.ts';
import type { ImageFacts } from '../../imaging/domain/image-facts.ts';
import type { Clock } from '../../shared/clock.ts';
import { ImageJob } from '../domain/image-job.ts';
import type { Wanted } from '../domain/wanted.ts';
import type { ForecastCompletion } from './forecast-completion.ts';
import { type ForetoldOutput, foretell } from './foretell-outputs.ts';

/** What would become of a picture. */
export interface OutputPlan {
  readonly outputs: readonly ForetoldOutput[];
  /** Whole seconds until it would be ready, with the work ahead. */
  readonly estimatedSeconds: number;
}

/** Tells what an upload would give, or why it would be refused, and keeps nothing. */
export class PlanOutputs {
  constructor(
    private readonly forecasts: ForecastCompletion,
    private readonly clock: Clock,
  ) {}

  /** @throws too_many_pixels, validation_failed */
  async execute(caller: Caller, facts: ImageFacts, wanted: Wanted): Promise<OutputPlan> {
    const outputs = foretell(caller, facts, wanted);
    // The job that the upload would make, as far as the queue goes.
    const submission = { id: randomUUID(), name: '', facts, bytes: 0, sha256: '', outputs, warnings: [] };
    const { secondsRemaining } = await this.forecasts.execute(ImageJob.submit(submission, caller, this.clock.now()));
    return { outputs, estimatedSeconds: secondsRemaining };
  }
}
