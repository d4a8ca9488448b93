import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { EvenTime } from '../../shared/even-time.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { type Lane, laneIdOf } from '../domain/lane.ts';
import { type SigningSecret, secretsAt } from '../domain/signing-secret.ts';
import { isSuccess, type SendOutcome, type Settled, type WebhookDelivery } from '../domain/webhook-delivery.ts';
import { afterSend, type WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type {
  AccountSecretRepository,
  DeliveryLog,
  DeliveryRepository,
  EndpointRepository,
  MessageSender,
  MessageSigner,
} from './ports.ts';

/** Sends at once in one lane, by all workers together: a slow receiver takes up no more. */
const MOST_AT_ONCE = 4;
/** How much longer than a send may take a worker holds it, before it is taken for dead. */
const GRACE_SECONDS = 15;

/** How long a receiver may take to answer. */
export interface SendingTime {
  readonly timeoutSeconds: number;
}

/** Who receives a delivery, and what signs it. */
interface Receiver {
  readonly url: string;
  readonly secret: SigningSecret;
  readonly endpoint: WebhookEndpoint | null;
}

/** Sends what is due in a lane, one delivery at a time: claims it, signs it, sends it, writes down what came of it. */
export class SendNextDelivery {
  private readonly evenTime = new EvenTime();

  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly secrets: AccountSecretRepository,
    private readonly signer: MessageSigner,
    private readonly sender: MessageSender,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
    private readonly time: SendingTime,
    private readonly log: DeliveryLog,
  ) {}

  /** To be called all the time: from how the clock goes it is known when this process was stopped. */
  async lookAtClock(): Promise<void> {
    this.evenTime.secondsUntil(this.clock.now());
  }

  /** False when nothing can be sent in it at the moment. What is under way when `stopped` is left to another worker. */
  async execute(lane: Lane, stopped: AbortSignal): Promise<boolean> {
    const now = this.clock.now();
    const heldUntil = secondsAfter(now, this.time.timeoutSeconds + GRACE_SECONDS);
    const delivery = await this.deliveries.claimNext(lane, now, heldUntil, MOST_AT_ONCE);
    if (!delivery) return false;
    const receiver = await this.receiverOf(delivery);
    if (!receiver) {
      await this.deliveries.settle(delivery, delivery.unwanted());
      return true;
    }
    const outcome = await this.send(delivery, receiver, stopped);
    if (stopped.aborted) return false;
    if (!isSuccess(outcome) && this.wasSilentSince(now)) await this.excuse(delivery, outcome);
    else await this.settle(delivery, receiver.endpoint, outcome);
    return true;
  }

  /** Whether this process was stopped since then: whoever waited for it may have given up, or taken its message for old. */
  private wasSilentSince(began: Date): boolean {
    const now = this.clock.now();
    return this.evenTime.secondsUntil(now) * 1000 < now.getTime() - began.getTime();
  }

  /** Null when nobody wants it any more. */
  private async receiverOf({ accountId, endpointId, url }: WebhookDelivery): Promise<Receiver | null> {
    if (endpointId !== null) {
      const endpoint = await this.endpoints.find(endpointId);
      return endpoint && endpoint.disabledAt === null ? { url: endpoint.url, secret: endpoint, endpoint } : null;
    }
    const secret = await this.secrets.find(accountId);
    return secret && url !== null ? { url, secret, endpoint: null } : null;
  }

  private send({ id, body }: WebhookDelivery, { url, secret }: Receiver, stopped: AbortSignal): Promise<SendOutcome> {
    const now = this.clock.now();
    const headers = this.signer.sign(id, now, body, secretsAt(secret, now));
    return this.sender.send({ url, headers, body }, stopped);
  }

  private async settle(
    delivery: WebhookDelivery,
    endpoint: WebhookEndpoint | null,
    outcome: SendOutcome,
  ): Promise<void> {
    const now = this.clock.now();
    const settled = delivery.after(outcome, now, Math.random());
    if (!(await this.deliveries.settle(delivery, settled))) return;
    this.log.settled(delivery, settled);
    if (endpoint) await this.noteHealth(endpoint, outcome, now);
    await this.wakeFor(delivery, settled, now);
  }

  private async excuse(delivery: WebhookDelivery, outcome: SendOutcome): Promise<void> {
    const now = this.clock.now();
    const settled = delivery.excused(now, Math.random());
    if (!(await this.deliveries.settle(delivery, settled))) return;
    this.log.excused(delivery, outcome);
    await this.wakeFor(delivery, settled, now);
  }

  private async noteHealth(endpoint: WebhookEndpoint, outcome: SendOutcome, now: Date): Promise<void> {
    const note = afterSend(endpoint, outcome, now);
    if (!note || !(await this.endpoints.note(endpoint.id, note.seen, note.change))) return;
    const { disabledReason } = note.change;
    if (disabledReason) this.log.disabled(endpoint, disabledReason);
  }

  /** The sweep finds what is lost here. */
  private async wakeFor(lane: Lane, { nextAttemptAt: at }: Settled, now: Date): Promise<void> {
    if (at === null) return;
    const delaySeconds = (at.getTime() - now.getTime()) / 1000;
    await this.queue
      .add('webhooks', { id: laneIdOf(lane), attempt: at.getTime() }, { delaySeconds })
      .catch(() => undefined);
  }
}
