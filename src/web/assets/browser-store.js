import { createStore, del, entries, get, set } from './idb-keyval.js';

/**
 * A store of files in this browser. A browser that keeps nothing (private windows of some) loses the comfort, not the
 * page: reads then find nothing, and writes do nothing.
 * @template T
 * @param {string} name
 */
export function browserStore(name) {
  const store = createStore(`imagepro-${name}`, name);
  return {
    /** @param {string} key @returns {Promise<T | undefined>} */
    get: (key) => unlessClosed(get(key, store), undefined),
    /** @param {string} key @param {T} value @returns {Promise<void>} */
    set: (key, value) => unlessClosed(set(key, value, store), undefined),
    /** @param {string} key @returns {Promise<void>} */
    delete: (key) => unlessClosed(del(key, store), undefined),
    /** @returns {Promise<[string, T][]>} */
    entries: () => unlessClosed(entries(store), []),
  };
}

/**
 * @template T
 * @param {Promise<T>} answer @param {T} instead
 * @returns {Promise<T>}
 */
async function unlessClosed(answer, instead) {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DOMException) return instead;
    throw error;
  }
}
