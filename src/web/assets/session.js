import { answerTo, json, Problem, sessionEnded } from './http.js';

/** @import { TokenPairDto } from '../../accounts/infrastructure/http/sessions.dto.ts' */

/** Where this browser remembers whose session its cookie is; scripts cannot see the cookie itself. */
const NAME = 'imagepro.signed-in-as';

/** An access token is renewed this long before it ends. */
const EARLY_MS = 30_000;

/** @type {{ token: string, until: number } | null} The access token lives in memory alone. */
let access = null;

/** @type {Promise<string> | null} */
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
  const token = keep(await answer.json());
  // Its own name, however it was typed: what is kept for an account is found again by it.
  const own = await answerTo('/accounts/me/', { headers: bearer(token) });
  localStorage.setItem(NAME, (await own.json()).username);
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
 * @throws {Problem} also when the session has ended: who was signed in does not go on as anonymous unawares
 */
export async function proof() {
  if (!signedInAs()) return {};
  return bearer(access && Date.now() < access.until ? access.token : await renewed());
}

/**
 * Sends with the proof of whoever calls. One that is refused is made anew by the cookie, once: another tab may have
 * ended its session, and opened the next one.
 * @template Answer
 * @param {(proof: Record<string, string>) => Promise<Answer>} send
 * @returns {Promise<Answer>}
 */
export async function withProof(send) {
  const caller = signedInAs();
  const first = await proof();
  try {
    return await send(first);
  } catch (error) {
    if (!first.Authorization || !isRefusedToken(error)) throw error;
    // Another request may have renewed it meanwhile.
    if (access && bearer(access.token).Authorization === first.Authorization) access = null;
  }
  const next = await proof();
  if (signedInAs() !== caller) throw sessionEnded();
  return send(next);
}

function renewed() {
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
    forget();
    throw sessionEnded();
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

/** @param {unknown} error */
function isRefusedToken(error) {
  return error instanceof Problem && error.code === 'invalid_token';
}

/** @param {string} token @returns {Record<string, string>} */
function bearer(token) {
  return { Authorization: `Bearer ${token}` };
}

function announce() {
  dispatchEvent(new Event('imagepro:session'));
}

// Another tab has logged in or out.
addEventListener('storage', ({ key }) => {
  if (key !== NAME && key !== null) return;
  access = null;
  announce();
});
