import { html } from '@remix-run/html-template';
import type { Settings } from '../../settings/settings.ts';
import { type AccountSection, accountSections } from './account-sections.ts';
import { page } from './page.ts';

/** The account of who is signed in, in sections. */
export function accountPage(settings: Pick<Settings, 'webhooks' | 'security'>): string {
  const offersRegistration = settings.security.registration === 'open';
  return page({
    offersRegistration,
    title: 'Account',
    description: 'Your account: jobs, limits, sessions, API keys and password.',
    path: '/account/',
    styles: ['account.css'],
    scripts: ['account.js'],
    body: html`<h1>Account</h1>
<p id="signed-out" class="notice" hidden>You are not signed in. <a href="/login/?next=/account/">Log in</a>${offersRegistration ? html` or <a href="/register/">register</a>` : null}.</p>
<noscript><p class="notice">This page needs JavaScript.</p></noscript>
<div id="account" class="account" hidden>
${accountSections(settings).map(section)}
</div>`,
  });
}

function section({ id, title, isWide, body }: AccountSection) {
  return html`<section class="card${isWide ? ' wide' : null}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<div class="alert" role="alert" id="${id}-problem" hidden></div>
${body}
</section>
`;
}
