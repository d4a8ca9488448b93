import { answerTo } from './http.js';
import { withProof } from './session.js';

/**
 * A request of whoever is signed in, or of an anonymous caller.
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
export function signed(url, init = {}) {
  const own = /** @type {Record<string, string>} */ (init.headers ?? {});
  return withProof((proof) => answerTo(url, { ...init, headers: { ...own, ...proof } }));
}

/**
 * Path and query of an absolute address of this API.
 * @param {string} url
 */
export function local(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}
