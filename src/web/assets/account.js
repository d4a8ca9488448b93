import { showDeletion } from './account-deletion.js';
import { showAccountJobs } from './account-jobs.js';
import { showAccountKeys } from './account-keys.js';
import { showLimits } from './account-limits.js';
import { showPassword } from './account-password.js';
import { showProfile } from './account-profile.js';
import { showSessions } from './account-sessions.js';
import { showUsage } from './account-usage.js';
import { ownAccount } from './api.js';
import { find } from './dom.js';
import { showProblem } from './form.js';
import { signedInAs } from './session.js';

/**
 * @import { OwnAccountDto } from '../../accounts/infrastructure/http/accounts.dto.ts'
 * @typedef {(action: () => Promise<unknown> | void) => Promise<void>} Attempt Runs an action, and shows its problem on top of the section.
 * @typedef {(own: Promise<OwnAccountDto>, attempt: Attempt) => Promise<void> | void} Section Fills in a section of the page.
 */

/** What fills in each section that the page has, by its id. @type {Record<string, Section>} */
const SECTIONS = {
  profile: showProfile,
  limits: showLimits,
  jobs: showAccountJobs,
  usage: showUsage,
  sessions: showSessions,
  keys: showAccountKeys,
  // A service that sends none has no such section.
  'webhooks-section': async (own, attempt) => (await import('./account-webhooks.js')).showWebhooks(own, attempt),
  password: showPassword,
  deletion: showDeletion,
};

/** Shows the account, or that nobody is signed in. What fails is said in its own section, and leaves the others. */
function show() {
  const isSignedIn = signedInAs() !== null;
  find('#signed-out', HTMLElement).hidden = isSignedIn;
  find('#account', HTMLElement).hidden = !isSignedIn;
  if (!isSignedIn) return;
  const own = ownAccount();
  for (const [id, fill] of Object.entries(SECTIONS)) {
    const section = document.querySelector(`[aria-labelledby="${id}-title"]`);
    if (section instanceof HTMLElement) void attemptIn(section, (attempt) => fill(own, attempt));
  }
}

/** @param {HTMLElement} section @param {(attempt: Attempt) => Promise<unknown> | void} fill */
function attemptIn(section, fill) {
  /** @type {Attempt} */
  const attempt = async (action) => {
    find('.alert', HTMLElement, section).hidden = true;
    try {
      await action();
    } catch (error) {
      showProblem(section, error);
    }
  };
  return attempt(() => fill(attempt));
}

addEventListener('imagepro:session', () => {
  // Another tab may have logged in as somebody else.
  if (signedInAs()) location.reload();
  else show();
});
show();
