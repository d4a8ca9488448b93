import { html, type SafeHtml } from '@remix-run/html-template';
import { scopesOf } from '../../accounts/domain/scope.ts';
import type { Settings } from '../../settings/settings.ts';
import { keysBody } from './account-keys.ts';
import { USAGE_BODY } from './account-usage.ts';
import { WEBHOOKS_BODY } from './account-webhooks.ts';
import { field } from './form-field.ts';

/** A part of the account page; one of the modules `account-….js` among the assets fills it in. */
export interface AccountSection {
  readonly id: string;
  readonly title: string;
  readonly isWide: boolean;
  readonly body: SafeHtml;
}

/** The sections of the account page, in their order; that of webhooks where they are sent. */
export function accountSections({ webhooks }: Pick<Settings, 'webhooks'>): AccountSection[] {
  const hasWebhooks = webhooks.enabled === 'on';
  const ofWebhooks = { id: 'webhooks-section', title: 'Webhooks', isWide: true, body: WEBHOOKS_BODY };
  const ofKeys = { id: 'keys', title: 'API keys', isWide: true, body: keysBody(scopesOf({ hasWebhooks })) };
  return [...OF_WORK, ofKeys, ...(hasWebhooks ? [ofWebhooks] : []), ...OF_CREDENTIALS];
}

/** What the account has done, and from where. */
const OF_WORK: readonly AccountSection[] = [
  { id: 'jobs', title: 'Jobs', isWide: true, body: html`<div id="jobs" aria-live="polite"></div>` },
  {
    id: 'profile',
    title: 'You',
    isWide: false,
    body: html`<dl id="who" class="pairs"></dl>
<p><button class="button quiet" type="button" id="log-out">Log out</button></p>`,
  },
  { id: 'limits', title: 'Limits', isWide: false, body: html`<dl id="limits" class="pairs"></dl>` },
  { id: 'usage', title: 'Usage', isWide: true, body: USAGE_BODY },
  { id: 'sessions', title: 'Sessions', isWide: true, body: html`<div id="sessions" aria-live="polite"></div>` },
];

/** How its owner changes or ends it. */
const OF_CREDENTIALS: readonly AccountSection[] = [
  {
    id: 'password',
    title: 'Change the password',
    isWide: false,
    body: html`<form id="change-password" class="fields" method="post" novalidate>
<div class="alert" role="alert" id="change-password-problem" hidden></div>
${field({ id: 'current_password', label: 'Current password', type: 'password', autocomplete: 'current-password' })}
${field({ id: 'new_password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: 'Every session ends, this one too' })}
<label class="check"><input type="checkbox" name="revoke_keys"> Revoke every API key too</label>
<button class="button" type="submit">Change it</button>
</form>`,
  },
  {
    id: 'deletion',
    title: 'Delete the account',
    isWide: false,
    body: html`<form id="delete-account" class="fields" method="post" novalidate>
<div class="alert" role="alert" id="delete-account-problem" hidden></div>
<p>The account, its jobs and its files are gone at once, for good.</p>
${field({ id: 'delete-password', name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' })}
<button class="button danger" type="submit">Delete my account</button>
</form>`,
  },
];
