import { find } from './dom.js';
import { forgetDraft } from './draft.js';
import { forgetJobsOf } from './job-history.js';
import { showPairs } from './pairs.js';
import { forget, logOut, signedInAs } from './session.js';
import { moment } from './words.js';

/** Who the account is, and the way out. @type {import('./account.js').Section} */
export async function showProfile(own, attempt) {
  find('#log-out', HTMLButtonElement).onclick = () =>
    attempt(async () => {
      await logOut();
      await forgetTraces();
      forget();
      location.assign('/');
    });
  const { username, email, created_at } = await own;
  showPairs(find('#who', HTMLElement), [
    ['Name', username],
    ['E-mail', email],
    ['Since', moment(created_at)],
  ]);
}

/** Forgets what this browser kept for who is signed in: the next person at it finds nothing. */
export async function forgetTraces() {
  await forgetJobsOf(signedInAs());
  await forgetDraft();
}
