import { answerTo, json, Problem } from './http.js';

/** @import { TokenPairDto } from '../../accounts/infrastructure/http/sessions.dto.ts' */

/** Where this browser remembers whose session its cookie is; scripts cannot see the cookie itself. */
const NAME = 'imagepro.signed-in-as';

/** An access token is renewed this long before it ends. */
const EARLY_MS = 30_000;

/** @type {{ token: string, until: number } | null} The access token lives in memory alone. */
let access = null;

/** @type {Promise<string | null> | null} */
let renewal = null;

/** Name of who is signed in, or null. */
export function signedInAs() {
  return localStorage.getItem(NAME);
}

/**
 * Opens a session that a cookie keeps.
 * @param {string} username name or e-mail
 * @param {string} password
 */
export async function logIn(username, password) {
  const answer = await answerTo('/accounts/login/', json('POST', { username, password, session: 'cookie' }));
  keep(await answer.json());
  localStorage.setItem(NAME, username);
  announce();
}

/** Ends the session, or finds that it has ended: what the browser keeps of it can be forgotten. @throws {Problem} */
export async function logOut() {
  await answerTo('/accounts/logout/', json('POST', {})).catch(ignoreEndedSession);
}

/** Forgets a session that has ended. */
export function forget() {
  access = null;
  localStorage.removeItem(NAME);
  announce();
}

/**
 * Headers that prove who calls; empty for anonymous callers.
 * @returns {Promise<Record<string, string>>}
 */
export async function proof() {
  const token = await accessToken();
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** @returns {Promise<string | null>} */
async function accessToken() {
  if (!signedInAs()) return null;
  if (access && Date.now() < access.until) return access.token;
  renewal ??= renew().finally(() => {
    renewal = null;
  });
  return renewal;
}

async function renew() {
  try {
    const answer = await answerTo('/accounts/refresh/', json('POST', {}));
    return keep(await answer.json());
  } catch (error) {
    ignoreEndedSession(error);
    // From here on the caller is anonymous.
    forget();
    return null;
  }
}

/** @param {TokenPairDto} tokens */
function keep({ access: token, expires_in: seconds }) {
  access = { token, until: Date.now() + Math.max(seconds * 1000 - EARLY_MS, seconds * 500) };
  return token;
}

/** Lets pass that the cookie is gone (400) or its session has ended (401). @param {unknown} error */
function ignoreEndedSession(error) {
  if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 400)) throw error;
}

function announce() {
  dispatchEvent(new Event('imagepro:session'));
}
