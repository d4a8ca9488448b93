import { endSession, sessions } from './api.js';
import { element, find } from './dom.js';
import { smallButton } from './lists.js';
import { forget } from './session.js';
import { moment } from './words.js';

/** @import { SessionDto } from '../../accounts/infrastructure/http/sessions.dto.ts' */

/** Where the account is signed in. @type {import('./account.js').Section} */
export async function showSessions(own, attempt) {
  const row = (/** @type {SessionDto} */ session) => {
    const end = async () => {
      await endSession(session.id);
      if (session.current) return forget();
      await showSessions(own, attempt);
    };
    const label = `End the session of ${session.address}, ${moment(session.created_at)}`;
    return element(
      'li',
      {},
      element('span', { class: 'grow' }, session.agent || 'Unknown program'),
      element('span', { class: 'hint' }, `${session.address}, last used ${moment(session.last_used_at)}`),
      session.current ? element('strong', {}, 'this one') : null,
      smallButton('End', () => attempt(end), label),
    );
  };
  const open = (await sessions()).results;
  find('#sessions', HTMLElement).replaceChildren(element('ul', { class: 'rows' }, ...open.map(row)));
}
