import { answerTo, Problem } from './http.js';
import { forget, proof } from './session.js';

/**
 * A request of whoever is signed in, or of an anonymous caller.
 * @param {string} url
 * @param {RequestInit} [init]
 */
export async function signed(url, init = {}) {
  const headers = { .../** @type {Record<string, string>} */ (init.headers ?? {}), ...(await proof()) };
  try {
    return await answerTo(url, { ...init, headers });
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_token') forget();
    throw error;
  }
}

/**
 * Path and query of an absolute address of this API.
 * @param {string} url
 */
export function local(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}
