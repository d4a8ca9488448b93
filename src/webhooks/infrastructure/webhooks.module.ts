import { EntityManager } from '@mikro-orm/core';
import { type DynamicModule, Module, type OnModuleInit, type Provider } from '@nestjs/common';
import { AccountBelongings } from '../../accounts/application/account-belongings.ts';
import { AccountSigning } from '../../accounts/application/account-signing.ts';
import { AccountsModule } from '../../accounts/infrastructure/accounts.module.ts';
import { BatchResources, ImageResources } from '../../image-jobs/application/ports.ts';
import { WebhookUrls } from '../../image-jobs/application/webhook-urls.ts';
import { ImageJobsModule } from '../../image-jobs/infrastructure/image-jobs.module.ts';
import { JobEndings } from '../../image-jobs/infrastructure/sql/job-endings.ts';
import { ProcessingSettings } from '../../processing/infrastructure/processing.settings.ts';
import { Clock } from '../../shared/clock.ts';
import { DeploymentSettings } from '../../shared/deployment.settings.ts';
import { HttpSettings } from '../../shared/http/http.settings.ts';
import { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { adapter, useCase } from '../../shared/use-case.ts';
import { Metrics } from '../../telemetry/metrics.ts';
import { MakeAccountSecret } from '../application/account-secret.ts';
import { CheckWebhookUrl } from '../application/check-webhook-url.ts';
import { CreateEndpoint } from '../application/create-endpoint.ts';
import { ListDeliveries, ReplayDelivery, SendTest } from '../application/deliveries.ts';
import { ChangeEndpoint, FindEndpoint, RemoveEndpoint, RotateSecret } from '../application/endpoints.ts';
import { ForgetDeliveries } from '../application/forget-deliveries.ts';
import {
  AccountSecretRepository,
  DeliveryLog,
  DeliveryRepository,
  EndpointRepository,
  MessageSender,
  MessageSigner,
  WebhookAddresses,
} from '../application/ports.ts';
import { ResumeDeliveries } from '../application/resume-deliveries.ts';
import { SendNextDelivery } from '../application/send-next-delivery.ts';
import { ForgettingSweep } from './forgetting-sweep.ts';
import { DeliveriesController } from './http/deliveries.controller.ts';
import { ImageDeliveriesController } from './http/image-deliveries.controller.ts';
import { WebhookSecretController } from './http/webhook-secret.controller.ts';
import { WebhooksController } from './http/webhooks.controller.ts';
import { AddressRules, networksIn } from './sending/address-rules.ts';
import { GuardedSender } from './sending/guarded-sender.ts';
import { NestDeliveryLog } from './sending/nest-delivery-log.ts';
import { StandardSigner } from './sending/standard-signer.ts';
import { WAKES_AT_ONCE, WebhookWorker } from './sending/webhook-worker.ts';
import { DueEvents } from './sql/due-events.ts';
import { MikroOrmAccountSecretRepository } from './sql/mikro-orm-account-secret.repository.ts';
import { MikroOrmDeliveryRepository } from './sql/mikro-orm-delivery.repository.ts';
import { MikroOrmEndpointRepository } from './sql/mikro-orm-endpoint.repository.ts';
import { WebhookSettings } from './webhooks.settings.ts';

/** Who is told: endpoints of accounts, and what is due to them. */
@Module({
  imports: [AccountsModule, ImageJobsModule],
  controllers: [WebhooksController, DeliveriesController, ImageDeliveriesController, WebhookSecretController],
  providers: [
    adapter(EndpointRepository, MikroOrmEndpointRepository, EntityManager),
    adapter(DeliveryRepository, MikroOrmDeliveryRepository, EntityManager),
    adapter(AccountSecretRepository, MikroOrmAccountSecretRepository, EntityManager),
    {
      provide: AddressRules,
      inject: [WebhookSettings],
      useFactory: ({ networks, http }: WebhookSettings) =>
        new AddressRules({ networks: networksIn(networks ?? '') ?? [], http: http === 'on' }),
    },
    { provide: WebhookAddresses, useExisting: AddressRules },
    useCase(DueEvents, EntityManager, ImageResources, BatchResources, TaskQueue, Clock),
    useCase(MakeAccountSecret, AccountSecretRepository, Clock),
    useCase(CheckWebhookUrl, WebhookAddresses, AccountSecretRepository),
    useCase(CreateEndpoint, EndpointRepository, Clock),
    useCase(FindEndpoint, EndpointRepository),
    useCase(ChangeEndpoint, FindEndpoint, EndpointRepository, Clock),
    useCase(RemoveEndpoint, FindEndpoint, EndpointRepository),
    useCase(RotateSecret, FindEndpoint, EndpointRepository, Clock),
    useCase(ListDeliveries, FindEndpoint, DeliveryRepository),
    useCase(SendTest, FindEndpoint, DeliveryRepository, TaskQueue, Clock),
    useCase(ReplayDelivery, FindEndpoint, DeliveryRepository, TaskQueue, Clock),
  ],
})
export class WebhooksModule implements OnModuleInit {
  constructor(
    private readonly settings: WebhookSettings,
    private readonly endings: JobEndings,
    private readonly belongings: AccountBelongings,
    private readonly endpoints: EndpointRepository,
    private readonly secrets: AccountSecretRepository,
    private readonly signing: AccountSigning,
    private readonly urls: WebhookUrls,
    private readonly checkUrl: CheckWebhookUrl,
    private readonly due: DueEvents,
    private readonly clock: Clock,
    private readonly deliveries: DeliveryRepository,
    private readonly metrics: Metrics,
  ) {}

  /** A worker's part is loaded where there is one, and what sends where webhooks are on. */
  static async with({ role, redisUrl }: DeploymentSettings, { enabled }: WebhookSettings): Promise<DynamicModule> {
    if (role === 'api') return { module: WebhooksModule };
    const forgetting = [
      useCase(ForgetDeliveries, DeliveryRepository, Clock, WebhookSettings),
      useCase(ForgettingSweep, ForgetDeliveries, ProcessingSettings),
    ];
    const sending = enabled === 'on' ? await senders(redisUrl !== null) : [];
    return { module: WebhooksModule, providers: [...forgetting, ...sending] };
  }

  onModuleInit(): void {
    this.belongings.erasedBy((accountId) => this.endpoints.removeAllOf(accountId));
    if (this.settings.enabled === 'off') return;
    this.signing.toldBy(async (accountId) => (await this.secrets.find(accountId))?.createdAt ?? null);
    this.urls.checkedBy((caller, url) => this.checkUrl.execute(caller, url));
    this.endings.follow(this.due.ofJobs);
    this.endings.followBatches(this.due.ofBatches);
    this.metrics.gauge(
      'imagepro_webhook_oldest_due_seconds',
      'Seconds that the webhook waits that is due longest, 0 for none',
      [],
      async (gauge) => {
        const now = this.clock.now();
        const oldest = await this.deliveries.oldestDue(now);
        gauge.set(oldest === null ? 0 : (now.getTime() - oldest.getTime()) / 1000);
      },
    );
  }
}

/** What sends, in a worker. */
async function senders(onRedis: boolean): Promise<Provider[]> {
  return [
    { provide: MessageSigner, useClass: StandardSigner },
    {
      provide: MessageSender,
      inject: [AddressRules, WebhookSettings],
      useFactory: (rules: AddressRules, { timeoutSeconds }: WebhookSettings) =>
        new GuardedSender(rules, timeoutSeconds),
    },
    adapter(DeliveryLog, NestDeliveryLog, Metrics),
    useCase(
      SendNextDelivery,
      ...([EndpointRepository, DeliveryRepository, AccountSecretRepository, MessageSigner, MessageSender] as const),
      ...([TaskQueue, Clock, WebhookSettings, DeliveryLog] as const),
    ),
    useCase(ResumeDeliveries, DeliveryRepository, TaskQueue, Clock),
    useCase(
      WebhookWorker,
      ...([TaskQueue, SendNextDelivery, ResumeDeliveries] as const),
      ...([DeploymentSettings, HttpSettings, ProcessingSettings] as const),
    ),
    // Bull is loaded where there is a Redis.
    ...(onRedis
      ? [(await import('../../shared/tasks/task.processor.ts')).taskProcessor('webhooks', WAKES_AT_ONCE)]
      : []),
  ];
}
