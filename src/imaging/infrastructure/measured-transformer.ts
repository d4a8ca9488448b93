import type { Metrics } from '../../telemetry/metrics.ts';
import { ImageTransformer, type TransformationRequest, type Transformed } from '../application/ports.ts';
import { WorkInterrupted, workFailure } from '../domain/errors.ts';

/** Measures how long another transformer takes, and how it ends. */
export class MeasuredTransformer extends ImageTransformer {
  constructor(
    private readonly transformer: ImageTransformer,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  start(): Promise<void> {
    return this.transformer.start();
  }

  stop(): Promise<void> {
    return this.transformer.stop();
  }

  /** It has ended well as soon as one picture has come out; what nobody needs any more, or the service itself ends, is no failure. */
  async transform(request: TransformationRequest, unwanted?: AbortSignal): Promise<readonly Transformed[]> {
    const stop = this.metrics.processing.startTimer();
    try {
      const transformed = await this.transformer.transform(request, unwanted);
      const failures = transformed.flatMap((one) => ('failure' in one ? [one.failure] : []));
      stop({ outcome: failures.length < transformed.length ? 'done' : labelOf(failures[0]) });
      return transformed;
    } catch (error) {
      stop({ outcome: unwanted?.aborted ? 'cancelled' : labelOf(error) });
      throw error;
    }
  }
}

function labelOf(error: unknown): string {
  if (error instanceof WorkInterrupted) return 'cancelled';
  return workFailure(error)?.problem.code ?? 'unexpected';
}
