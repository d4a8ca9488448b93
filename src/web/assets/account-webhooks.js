import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  replayDelivery,
  rotateWebhook,
  testWebhook,
  webhookDeliveries,
  webhooks,
} from './api.js';
import { element, find } from './dom.js';
import { submits } from './form.js';
import { moment } from './words.js';

/**
 * @import { WebhookDto } from '../../webhooks/infrastructure/http/webhooks.dto.ts'
 * @import { WebhookDeliveryDto } from '../../webhooks/infrastructure/http/deliveries.dto.ts'
 * @import { Attempt } from './account.js'
 */

/** Why nothing is sent to an endpoint, in words. */
const REASONS = {
  owner: 'disabled',
  gone: 'disabled: it answered 410',
  failing: 'disabled: nothing could be delivered for five days',
};

const form = find('#make-webhook', HTMLFormElement);
const secretNotice = find('#webhook-secret', HTMLElement);

/** The account's webhooks, and the form that makes one. @type {import('./account.js').Section} */
export async function showWebhooks(_own, attempt) {
  makesWebhooks(attempt);
  await showList(attempt);
}

/** @param {Attempt} attempt */
async function showList(attempt) {
  const { results } = await webhooks();
  find('#webhooks', HTMLElement).replaceChildren(
    results.length === 0
      ? element('p', { class: 'hint' }, 'No webhooks yet.')
      : element('ul', { class: 'rows' }, ...results.map((webhook) => row(webhook, attempt))),
  );
}

/**
 * @param {WebhookDto} webhook
 * @param {Attempt} attempt
 */
function row(webhook, attempt) {
  const { id, url, events, disabled_reason: reason } = webhook;
  const sent = element('div', { class: 'deliveries', 'aria-live': 'polite' });
  /** @param {string} words @param {() => Promise<unknown>} action */
  const button = (words, action) =>
    element(
      'button',
      { type: 'button', class: 'button quiet small', 'aria-label': `${words}: ${url}`, onclick: () => attempt(action) },
      words,
    );
  const anew = (/** @type {() => Promise<unknown>} */ action) => async () => {
    await action();
    secretNotice.hidden = true;
    await showList(attempt);
  };
  return element(
    'li',
    {},
    element('span', { class: 'grow' }, element('code', {}, url)),
    element('span', { class: 'hint' }, [events.join(', '), reason && REASONS[reason]].filter(Boolean).join('; ')),
    button('Test', async () => {
      await testWebhook(id);
      await showDeliveries(id, sent, attempt);
    }),
    button('Deliveries', () => showDeliveries(id, sent, attempt)),
    button('New secret', async () => showSecret((await rotateWebhook(id)).secret)),
    reason === null
      ? button(
          'Disable',
          anew(() => changeWebhook(id, { disabled: true })),
        )
      : button(
          'Enable',
          anew(() => changeWebhook(id, { disabled: false })),
        ),
    button(
      'Delete',
      anew(() => deleteWebhook(id)),
    ),
    sent,
  );
}

/**
 * What was sent to an endpoint, the latest first.
 * @param {string} id
 * @param {HTMLElement} place
 * @param {Attempt} attempt
 */
async function showDeliveries(id, place, attempt) {
  const { results } = await webhookDeliveries(id);
  const line = (/** @type {WebhookDeliveryDto} */ delivery) => {
    const again = async () => {
      await replayDelivery(id, delivery.id);
      await showDeliveries(id, place, attempt);
    };
    const last = delivery.attempts.at(-1);
    const answered = last ? `${last.status_code ?? last.error}, ${last.milliseconds} ms` : 'not tried yet';
    const next = delivery.next_attempt_at ? `, again ${moment(delivery.next_attempt_at)}` : '';
    return element(
      'tr',
      {},
      element('td', {}, moment(delivery.created_at)),
      element('td', {}, element('code', {}, delivery.event)),
      element('td', {}, delivery.status),
      element('td', {}, `${delivery.attempts.length}`),
      element('td', {}, answered + next),
      element(
        'td',
        {},
        delivery.status === 'due'
          ? null
          : element(
              'button',
              {
                type: 'button',
                class: 'button quiet small',
                'aria-label': `Send ${delivery.event} of ${moment(delivery.created_at)} again`,
                onclick: () => attempt(again),
              },
              'Send again',
            ),
      ),
    );
  };
  const heads = ['When', 'Event', 'State', 'Tries', 'Latest answer', 'Action'];
  place.replaceChildren(
    results.length === 0
      ? element('p', { class: 'hint' }, 'Nothing was sent in the last seven days.')
      : element(
          'div',
          { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Deliveries' },
          element(
            'table',
            {},
            element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
            element('tbody', {}, ...results.map(line)),
          ),
        ),
    element(
      'button',
      { type: 'button', class: 'button quiet small', onclick: () => attempt(() => showDeliveries(id, place, attempt)) },
      'Look again',
    ),
  );
}

/** @param {string} secret */
function showSecret(secret) {
  find('#webhook-secret-text', HTMLElement).textContent = secret;
  secretNotice.hidden = false;
}

/** @param {Attempt} attempt */
function makesWebhooks(attempt) {
  submits(form, async ({ url = '' }) => {
    const events = new FormData(form).getAll('events').map(String);
    const { secret } = await createWebhook({ url, events });
    form.reset();
    await showList(attempt);
    showSecret(secret);
  });
}
