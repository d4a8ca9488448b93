import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { openDatabase } from '../../src/database/database.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { DeliveryLog } from '../../src/webhooks/application/ports.ts';
import { ResumeDeliveries } from '../../src/webhooks/application/resume-deliveries.ts';
import { SendNextDelivery } from '../../src/webhooks/application/send-next-delivery.ts';
import type { WebhookDelivery } from '../../src/webhooks/domain/webhook-delivery.ts';
import type { WebhookEndpoint } from '../../src/webhooks/domain/webhook-endpoint.ts';
import { AddressRules, networksIn } from '../../src/webhooks/infrastructure/sending/address-rules.ts';
import { GuardedSender } from '../../src/webhooks/infrastructure/sending/guarded-sender.ts';
import { StandardSigner } from '../../src/webhooks/infrastructure/sending/standard-signer.ts';
import { MikroOrmAccountSecretRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-account-secret.repository.ts';
import { MikroOrmDeliveryRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-delivery.repository.ts';
import { MikroOrmEndpointRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-endpoint.repository.ts';
import { signedIn, storedAccount } from '../contract/accounts.ts';
import { delivery, endpoint } from '../contract/webhooks.ts';
import { TestClock } from './test-clock.ts';
import { RememberedTasks } from './work.ts';

const TIMEOUT_SECONDS = 15;

/** A log that only remembers which tries counted, and which for nothing. */
class RememberedTries extends DeliveryLog {
  readonly tries: ('settled' | 'excused')[] = [];

  settled(): void {
    this.tries.push('settled');
  }

  excused(): void {
    this.tries.push('excused');
  }

  disabled(): void {}
}

/** Deliveries on a real database, sent over real HTTP to this machine, with a clock that tests move. */
export class Sending {
  readonly clock = new TestClock();
  readonly queue = new RememberedTasks();
  readonly log = new RememberedTries();
  readonly deliveries: MikroOrmDeliveryRepository;
  readonly endpoints: MikroOrmEndpointRepository;
  /** The sweep of one worker. */
  readonly resume: ResumeDeliveries;
  private readonly sendNext: SendNextDelivery;

  private constructor(
    private readonly folder: string,
    private readonly orm: MikroORM,
  ) {
    this.deliveries = new MikroOrmDeliveryRepository(orm.em);
    this.endpoints = new MikroOrmEndpointRepository(orm.em);
    this.resume = new ResumeDeliveries(this.deliveries, this.queue, this.clock);
    const rules = new AddressRules({ networks: networksIn('127.0.0.0/8') ?? [], http: true });
    this.sendNext = new SendNextDelivery(
      this.endpoints,
      this.deliveries,
      new MikroOrmAccountSecretRepository(orm.em),
      new StandardSigner(),
      new GuardedSender(rules, TIMEOUT_SECONDS),
      this.queue,
      this.clock,
      { timeoutSeconds: TIMEOUT_SECONDS },
      this.log,
    );
  }

  static async open(): Promise<Sending> {
    const folder = await mkdtemp(join(tmpdir(), 'imagepro-sending-'));
    return new Sending(folder, await openDatabase(loadSettings({ DATA_DIR: folder })));
  }

  async close(): Promise<void> {
    await this.orm.close();
    await rm(this.folder, { recursive: true });
  }

  /** An endpoint at this URL of an account of its own. */
  async endpoint(url: string): Promise<WebhookEndpoint> {
    const accountId = await storedAccount(this.orm.em);
    const hook = endpoint(accountId, url, this.clock.now());
    await this.endpoints.add(hook, 1, await signedIn(this.orm.em, accountId));
    return hook;
  }

  /** Something that is due to it now. */
  async due(hook: WebhookEndpoint): Promise<WebhookDelivery> {
    const made = delivery(hook, this.clock.now());
    await this.deliveries.add(made);
    return made;
  }

  /** Sends the next one that is due to it; false when there is none. */
  send(hook: WebhookEndpoint): Promise<boolean> {
    return this.sendNext.execute(hook, new AbortController().signal);
  }

  /** A delivery as the database has it now. */
  async find({ id }: WebhookDelivery): Promise<WebhookDelivery> {
    const found = await this.deliveries.find(id);
    if (!found) throw new Error(`There is no delivery ${id}`);
    return found;
  }

  /** Time goes on for so long while the process is awake. */
  async goOn(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.clock.advance(1);
      await this.sendNext.lookAtClock();
    }
  }
}
