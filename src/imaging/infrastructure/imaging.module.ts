import { Logger, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DeploymentSettings, WorkerSettings } from '../../shared/deployment.settings.ts';
import { useCase } from '../../shared/use-case.ts';
import { Metrics } from '../../telemetry/metrics.ts';
import { ImageHeaderReader, ImageTransformer } from '../application/ports.ts';
import { MeasuredTransformer } from './measured-transformer.ts';
import { SharpImageHeaderReader } from './sharp-image-header-reader.ts';
import { SharpImageTransformer } from './sharp-image-transformer.ts';

/** What a picture is, and what can be done to it: headers and pixels, in child processes. */
@Module({
  providers: [
    { provide: SharpImageHeaderReader, inject: [Metrics], useFactory: headerReader },
    { provide: ImageHeaderReader, useExisting: SharpImageHeaderReader },
    { provide: SharpImageTransformer, inject: [WorkerSettings, Metrics], useFactory: transformer },
    useCase(MeasuredTransformer, SharpImageTransformer, Metrics),
    { provide: ImageTransformer, useExisting: MeasuredTransformer },
  ],
  exports: [ImageHeaderReader, ImageTransformer],
})
export class ImagingModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly headers: SharpImageHeaderReader,
    private readonly deployment: DeploymentSettings,
  ) {}

  async onModuleInit(): Promise<void> {
    // A worker takes no uploads. The transformer is started by the worker that uses it.
    if (this.deployment.role !== 'worker') await this.headers.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.headers.stop();
  }
}

function headerReader({ childrenLost }: Metrics): SharpImageHeaderReader {
  const logger = new Logger('HeaderReader');
  return new SharpImageHeaderReader({
    onLoss: (loss) => {
      childrenLost.inc({ pool: 'headers' });
      logger.warn(loss, `The child process ended: ${loss.end}`);
    },
  });
}

function transformer({ concurrency }: WorkerSettings, { childrenLost }: Metrics): SharpImageTransformer {
  const logger = new Logger('Transformer');
  return new SharpImageTransformer({
    concurrency,
    onLoss: (loss) => {
      childrenLost.inc({ pool: 'images' });
      logger.warn(loss, `A child process ended: ${loss.end}`);
    },
    onPlan: (line) => logger.debug(line),
  });
}
