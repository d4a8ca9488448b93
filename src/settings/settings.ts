import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { PoliciesSettings, SecuritySettings, ThrottleSettings } from '../accounts/infrastructure/accounts.settings.ts';
import { S3Settings } from '../image-jobs/infrastructure/files/s3.settings.ts';
import {
  BatchSettings,
  DownloadSettings,
  JobSettings,
  StreamSettings,
  UploadSettings,
  WaitingSettings,
} from '../image-jobs/infrastructure/image-jobs.settings.ts';
import { ProcessingSettings } from '../processing/infrastructure/processing.settings.ts';
import { DeploymentSettings, WorkerSettings } from '../shared/deployment.settings.ts';
import { HttpSettings } from '../shared/http/http.settings.ts';
import { StorageSettings } from '../shared/storage.settings.ts';
import { LogSettings } from '../telemetry/log.settings.ts';
import { WebhookSettings } from '../webhooks/infrastructure/webhooks.settings.ts';

/** A section of the settings, as its owner declares it. */
const Section = (slice: () => new () => object): PropertyDecorator => applyDecorators(ValidateNested(), Type(slice));

/** Every setting of the service, checked and frozen; `config/default.yaml` says what each means. */
export class Settings {
  @Section(() => DeploymentSettings) readonly deployment: DeploymentSettings;
  @Section(() => HttpSettings) readonly http: HttpSettings;
  @Section(() => StorageSettings) readonly storage: StorageSettings;
  @Section(() => S3Settings) readonly s3: S3Settings;
  @Section(() => SecuritySettings) readonly security: SecuritySettings;
  @Section(() => PoliciesSettings) readonly policies: PoliciesSettings;
  @Section(() => ThrottleSettings) readonly throttle: ThrottleSettings;
  @Section(() => JobSettings) readonly jobs: JobSettings;
  @Section(() => BatchSettings) readonly batches: BatchSettings;
  @Section(() => UploadSettings) readonly uploads: UploadSettings;
  @Section(() => DownloadSettings) readonly downloads: DownloadSettings;
  @Section(() => ProcessingSettings) readonly processing: ProcessingSettings;
  @Section(() => WaitingSettings) readonly waiting: WaitingSettings;
  @Section(() => StreamSettings) readonly streams: StreamSettings;
  @Section(() => WebhookSettings) readonly webhooks: WebhookSettings;
  @Section(() => WorkerSettings) readonly worker: WorkerSettings;
  @Section(() => LogSettings) readonly log: LogSettings;
}
