import { makesKeys, showKeys } from './account-keys.js';
import { changePassword, deleteAccount, deleteImage, endSession, images, ownAccount, sessions } from './api.js';
import { element, find } from './dom.js';
import { showProblem, submits } from './form.js';
import { forget, logOut, proof, signedInAs } from './session.js';
import { duration, megapixels, moment, size } from './words.js';

/**
 * @import { OwnAccountDto, SessionDto } from '../../accounts/infrastructure/http/accounts.dto.ts'
 * @import { ImageDto, ImageListDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 */

const account = find('#account', HTMLElement);
const content = find('main', HTMLElement);

/** Runs an action of the page, and shows its problem on top. @param {() => Promise<unknown>} action */
async function attempt(action) {
  try {
    await action();
  } catch (error) {
    showProblem(content, error);
  }
}

async function show() {
  await proof();
  if (!signedInAs()) return leave();
  const [own, open, jobs] = await Promise.all([ownAccount(), sessions(), images(), showKeys(attempt)]);
  showOwn(own);
  showSessions(open.results);
  showJobs(jobs);
  account.hidden = false;
}

function leave() {
  account.hidden = true;
  find('#signed-out', HTMLElement).hidden = false;
}

/** @param {OwnAccountDto} own */
function showOwn({ username, email, created_at, limits }) {
  pairs('#who', [
    ['Name', username],
    ['E-mail', email],
    ['Since', moment(created_at)],
  ]);
  pairs('#limits', [
    ['Largest file', size(limits.file_bytes)],
    ['Operations in a request', String(limits.operations)],
    ['Quality', `${limits.quality_min}–${limits.quality_max}`],
    ['Largest original', megapixels(limits.source_pixels)],
    ['Requests a minute', String(limits.requests_per_minute)],
    ['Jobs at once', String(limits.active_jobs)],
    ['Kept at once', size(limits.kept_bytes)],
    ['Download window', duration(limits.download_seconds)],
    ['After the first download', duration(limits.after_download_seconds)],
  ]);
}

/** @param {string} selector @param {[string, string][]} rows */
function pairs(selector, rows) {
  const list = find(selector, HTMLElement);
  list.replaceChildren(...rows.flatMap(([term, text]) => [element('dt', {}, term), element('dd', {}, text)]));
}

/** @param {SessionDto[]} open */
function showSessions(open) {
  const row = (/** @type {SessionDto} */ session) => {
    const end = async () => {
      await endSession(session.id);
      if (session.current) return forgetAndLeave();
      showSessions((await sessions()).results);
    };
    const label = `End the session of ${session.address}, ${moment(session.created_at)}`;
    return element(
      'li',
      {},
      element('span', { class: 'grow' }, session.agent || 'Unknown program'),
      element('span', { class: 'hint' }, `${session.address}, last used ${moment(session.last_used_at)}`),
      session.current ? element('strong', {}, 'this one') : null,
      element(
        'button',
        { type: 'button', class: 'button quiet small', 'aria-label': label, onclick: () => attempt(end) },
        'End',
      ),
    );
  };
  find('#sessions', HTMLElement).replaceChildren(element('ul', { class: 'rows' }, ...open.map(row)));
}

/** @param {ImageListDto} page */
function showJobs({ results, next, previous }) {
  const row = (/** @type {ImageDto} */ job) => {
    const { result, source } = job;
    const sizes = result ? `${size(source.bytes)} → ${size(result.bytes)}` : size(source.bytes);
    const remove = async () => {
      await deleteImage(job.id);
      showJobs(await images());
    };
    return element(
      'li',
      {},
      element(
        'a',
        { class: 'grow', href: `/playground/#job=${job.id}` },
        `${source.format.toUpperCase()}, ${source.width} × ${source.height}`,
      ),
      element('span', {}, job.status),
      element('span', { class: 'hint' }, `${sizes}, ${moment(job.created_at)}`),
      element(
        'button',
        {
          type: 'button',
          class: 'button quiet small',
          'aria-label': `Delete the job of ${moment(job.created_at)}`,
          onclick: () => attempt(remove),
        },
        'Delete',
      ),
    );
  };
  const turn = (/** @type {string} */ text, /** @type {string | null} */ url) =>
    url &&
    element(
      'button',
      { type: 'button', class: 'button quiet small', onclick: () => attempt(async () => showJobs(await images(url))) },
      text,
    );
  find('#jobs', HTMLElement).replaceChildren(
    results.length === 0
      ? element('p', { class: 'hint' }, 'No jobs yet. ', element('a', { href: '/playground/' }, 'Start one.'))
      : element('ul', { class: 'rows' }, ...results.map(row)),
    element('p', { class: 'actions' }, turn('Newer', previous) || null, turn('Older', next) || null),
  );
}

function forgetAndLeave() {
  forget();
  leave();
}

find('#log-out', HTMLButtonElement).addEventListener('click', () =>
  attempt(async () => {
    await logOut();
    location.assign('/');
  }),
);
submits(
  find('#change-password', HTMLFormElement),
  async ({ current_password = '', new_password = '', revoke_keys }) => {
    await changePassword({ current_password, new_password, revoke_keys: revoke_keys === 'on' });
    forget();
    location.assign('/login/?next=/account/');
  },
);
submits(find('#delete-account', HTMLFormElement), async ({ password = '' }) => {
  await deleteAccount(password);
  forget();
  location.assign('/');
});
makesKeys(attempt);
await attempt(show);
