import { type CanActivate, Injectable } from '@nestjs/common';
import { webhookProblems } from '../../domain/errors.ts';
import { WebhookSettings } from '../webhooks.settings.ts';

/** Closes the routes of webhooks where the operator has switched them off. */
@Injectable()
export class WebhooksOnGuard implements CanActivate {
  constructor(private readonly settings: WebhookSettings) {}

  canActivate(): boolean {
    if (this.settings.enabled === 'on') return true;
    throw webhookProblems.webhooksOff.error('Expected a service with webhooks, found them switched off');
  }
}
