import type { OnApplicationBootstrap } from '@nestjs/common';
import type { ProcessingSettings } from '../../../processing/infrastructure/processing.settings.ts';
import type { DeploymentSettings } from '../../../shared/deployment.settings.ts';
import { EndingWork } from '../../../shared/ending-work.ts';
import { LOOK_SECONDS } from '../../../shared/even-time.ts';
import type { HttpSettings } from '../../../shared/http/http.settings.ts';
import { Periodically } from '../../../shared/periodically.ts';
import type { TaskQueue } from '../../../shared/tasks/task-queue.ts';
import type { ResumeDeliveries } from '../../application/resume-deliveries.ts';
import type { SendNextDelivery } from '../../application/send-next-delivery.ts';
import { laneOf } from '../../domain/lane.ts';
import { SendingLanes } from './sending-lanes.ts';

/** Messages of the queue that are looked at at once; each only says where something may be due. */
export const WAKES_AT_ONCE = 4;

/** What sends in this process, one of many or the only one: is woken up by the queue, and sweeps. */
export class WebhookWorker extends EndingWork implements OnApplicationBootstrap {
  private readonly lanes: SendingLanes;
  private readonly looks: Periodically;
  private readonly sweep: Periodically;

  constructor(
    private readonly queue: TaskQueue,
    sendNext: SendNextDelivery,
    private readonly resume: ResumeDeliveries,
    private readonly deployment: DeploymentSettings,
    { shutdownGraceSeconds }: HttpSettings,
    { sweepSeconds }: ProcessingSettings,
  ) {
    super(shutdownGraceSeconds);
    this.lanes = new SendingLanes((lane, stopped) => sendNext.execute(lane, stopped));
    this.looks = new Periodically('Looking at the clock', LOOK_SECONDS, () => sendNext.lookAtClock());
    this.sweep = new Periodically('Resuming webhooks', sweepSeconds, () => resume.execute());
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.deployment.databaseUrl === null) await this.resume.afterRestart();
    this.queue.consume('webhooks', WAKES_AT_ONCE, async (id) => {
      const lane = laneOf(id);
      if (lane) this.lanes.wake(lane);
    });
    for (const each of [this.looks, this.sweep]) each.start();
  }

  protected async end(): Promise<void> {
    await Promise.all([this.lanes.drain(), this.queue.drain('webhooks'), this.sweep.stop()]);
    // As long as something was being sent: what ends unwatched would seem to have been slept through.
    await this.looks.stop();
  }

  /** Sends under way are left to another worker or the next start. */
  protected cutShort(): void {
    this.lanes.stop();
  }
}
