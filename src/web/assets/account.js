import { showDeletion } from './account-deletion.js';
import { showAccountJobs } from './account-jobs.js';
import { showAccountKeys } from './account-keys.js';
import { showLimits } from './account-limits.js';
import { showPassword } from './account-password.js';
import { showProfile } from './account-profile.js';
import { showSessions } from './account-sessions.js';
import { showUsage } from './account-usage.js';
import { showWebhooks } from './account-webhooks.js';
import { ownAccount } from './api.js';
import { find } from './dom.js';
import { showProblem } from './form.js';
import { proof, signedInAs } from './session.js';

/**
 * @import { OwnAccountDto } from '../../accounts/infrastructure/http/accounts.dto.ts'
 * @typedef {(action: () => Promise<unknown>) => Promise<void>} Attempt Runs an action, and shows its problem on top of the page.
 * @typedef {(own: OwnAccountDto, attempt: Attempt) => Promise<void> | void} Section Fills in a section of the page.
 */

/** One module a section, in any order. @type {Section[]} */
const SECTIONS = [
  showProfile,
  showLimits,
  showAccountJobs,
  showUsage,
  showSessions,
  showAccountKeys,
  showWebhooks,
  showPassword,
  showDeletion,
];

/** @type {Attempt} */
async function attempt(action) {
  try {
    await action();
  } catch (error) {
    showProblem(find('main', HTMLElement), error);
  }
}

/** Shows the account, or that nobody is signed in. */
async function show() {
  await proof();
  const isSignedIn = signedInAs() !== null;
  find('#signed-out', HTMLElement).hidden = isSignedIn;
  find('#account', HTMLElement).hidden = true;
  if (!isSignedIn) return;
  const own = await ownAccount();
  await Promise.all(SECTIONS.map((section) => section(own, attempt)));
  find('#account', HTMLElement).hidden = false;
}

addEventListener('imagepro:session', () => {
  if (!signedInAs()) void attempt(show);
});
await attempt(show);
