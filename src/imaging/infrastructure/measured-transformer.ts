import type { Metrics } from '../../telemetry/metrics.ts';
import { ImageTransformer, type TransformationRequest, type TransformedImage } from '../application/ports.ts';
import { imagingFailure } from '../domain/errors.ts';

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

  async transform(request: TransformationRequest): Promise<TransformedImage> {
    const stop = this.metrics.processing.startTimer();
    try {
      const transformed = await this.transformer.transform(request);
      stop({ outcome: 'done' });
      return transformed;
    } catch (error) {
      stop({ outcome: imagingFailure(error)?.problem.code ?? 'unexpected' });
      throw error;
    }
  }
}
