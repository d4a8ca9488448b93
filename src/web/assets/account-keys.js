import { apiKeys, createApiKey, revokeApiKey } from './api.js';
import { element, find } from './dom.js';
import { submits } from './form.js';
import { rowsOr, smallButton } from './lists.js';
import { moment } from './words.js';

/**
 * @import { ApiKeyDto } from '../../accounts/infrastructure/http/keys.dto.ts'
 * @import { Attempt } from './account.js'
 */

const made = find('#made-key', HTMLElement);
const form = find('#make-key', HTMLFormElement);

/** The account's API keys, and the form that makes one. @type {import('./account.js').Section} */
export async function showAccountKeys(_own, attempt) {
  makesKeys(attempt);
  await showKeys(attempt);
}

/** @param {Attempt} attempt */
async function showKeys(attempt) {
  const { results } = await apiKeys();
  const row = (/** @type {ApiKeyDto} */ key) => {
    const revoke = async () => {
      await revokeApiKey(key.id);
      made.hidden = true;
      await showKeys(attempt);
    };
    const used = key.last_used_at ? `last used ${moment(key.last_used_at)}` : 'never used';
    const ends = Date.parse(key.expires_at) > Date.now() ? 'ends' : 'ended';
    return element(
      'li',
      {},
      element('span', { class: 'grow' }, key.name, ' ', element('code', {}, `${key.prefix}…`)),
      element('span', {}, key.scopes.join(', ')),
      element('span', { class: 'hint' }, `${used}, ${ends} ${moment(key.expires_at)}`),
      smallButton('Revoke', () => attempt(revoke), `Revoke the key ${key.name}`),
    );
  };
  find('#keys', HTMLElement).replaceChildren(rowsOr(results.map(row), 'No keys yet.'));
}

/** @param {Attempt} attempt */
function makesKeys(attempt) {
  submits(form, async ({ name = '', expires_at: day }) => {
    const scopes = new FormData(form).getAll('scopes').map(String);
    const { key } = await createApiKey({ name, scopes, ...(day && { expires_at: `${day}T00:00:00Z` }) });
    find('#made-key-text', HTMLElement).textContent = key;
    made.hidden = false;
    form.reset();
    await showKeys(attempt);
  });
}
