import { find, sleep } from './dom.js';

const line = find('#pause', HTMLElement);

/** When the server takes the next request, by this browser's clock. */
let until = 0;

/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

/**
 * Waits until the server takes the next request. Whatever waits on this page waits for the same moment: there is one
 * countdown.
 * @param {number} seconds
 */
export async function pause(seconds) {
  until = Math.max(until, Date.now() + seconds * 1000);
  clearInterval(ticking);
  ticking = setInterval(show, 250);
  show();
  await sleep(seconds);
}

function show() {
  const left = Math.ceil((until - Date.now()) / 1000);
  line.hidden = left <= 0;
  line.textContent = left > 0 ? `The server takes the next request in ${left} s.` : '';
  if (left <= 0) clearInterval(ticking);
}
