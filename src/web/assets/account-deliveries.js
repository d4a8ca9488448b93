import { replayDelivery, webhookDeliveries } from './api.js';
import { element } from './dom.js';
import { smallButton, tableParts } from './lists.js';
import { moment } from './words.js';

/**
 * @import { WebhookDeliveryDto } from '../../webhooks/infrastructure/http/deliveries.dto.ts'
 * @import { Attempt } from './account.js'
 */

/**
 * What was sent to an endpoint, the latest first.
 * @param {string} id
 * @param {HTMLElement} place
 * @param {Attempt} attempt
 */
export async function showDeliveries(id, place, attempt) {
  const { results } = await webhookDeliveries(id);
  const line = (/** @type {WebhookDeliveryDto} */ delivery) => {
    const again = async () => {
      await replayDelivery(id, delivery.id);
      await showDeliveries(id, place, attempt);
    };
    const last = delivery.attempts.at(-1);
    const answered = last ? `${last.status_code ?? last.error}, ${last.milliseconds} ms` : 'not tried yet';
    const next = delivery.next_attempt_at ? `, again ${moment(delivery.next_attempt_at)}` : '';
    const label = `Send again: ${delivery.event} of ${moment(delivery.created_at)}`;
    const sendAgain = delivery.status === 'due' ? null : smallButton('Send again', () => attempt(again), label);
    const event = element('code', {}, delivery.event);
    const tries = String(delivery.attempts.length);
    return [moment(delivery.created_at), event, delivery.status, tries, answered + next, sendAgain].map((content) =>
      element('td', {}, content),
    );
  };
  const heads = ['When', 'Event', 'State', 'Tries', 'Latest answer', 'Action'];
  place.replaceChildren(
    results.length === 0
      ? element('p', { class: 'hint' }, 'Nothing was sent in the last days.')
      : element(
          'div',
          { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Deliveries' },
          element('table', {}, ...tableParts(heads, results.map(line))),
        ),
    smallButton('Look again', () => attempt(() => showDeliveries(id, place, attempt))),
  );
}
