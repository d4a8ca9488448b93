import { applyDecorators, type CanActivate, Injectable, UseGuards } from '@nestjs/common';
import { ProblemResponses } from '../../../shared/http/api-problems.ts';
import { webhookProblems } from '../../domain/errors.ts';
import { WebhookSettings } from '../webhooks.settings.ts';

/** Closes the routes of webhooks where the operator has switched them off. */
@Injectable()
class WebhooksOnGuard implements CanActivate {
  constructor(private readonly settings: WebhookSettings) {}

  canActivate(): boolean {
    if (this.settings.enabled === 'on') return true;
    throw webhookProblems.webhooksOff.error('Expected a service with webhooks, found them switched off');
  }
}

/** Closes the routes of a controller where webhooks are off, and documents it. */
export const WebhooksOn = (): ClassDecorator =>
  applyDecorators(UseGuards(WebhooksOnGuard), ProblemResponses(webhookProblems.webhooksOff));
