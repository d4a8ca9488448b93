import { element, find } from './dom.js';

// The place of the playground where one job, or one batch, is shown.

const place = find('#job', HTMLElement);

/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

/** Addresses of the files that are shown. @type {string[]} */
let addresses = [];

/** Addresses of those that will be shown next. @type {string[]} */
let nextAddresses = [];

/** The element that a selector names in what is shown, or null. @param {string} selector */
export function shownElement(selector) {
  return place.querySelector(selector);
}

/** Shows this in place of what is there. @param {...(Node | string | null)} children */
export function replace(...children) {
  clearInterval(ticking);
  for (const address of addresses) URL.revokeObjectURL(address);
  [addresses, nextAddresses] = [nextAddresses, []];
  place.replaceChildren(element('div', { class: 'job' }, ...children));
}

/** An address of a file that will be shown next, as long as it is. @param {Blob} file */
export function addressOf(file) {
  const address = URL.createObjectURL(file);
  nextAddresses.push(address);
  return address;
}

/** Runs now and four times a second, until it answers false or something else is shown. @param {() => boolean | void} step */
export function tick(step) {
  clearInterval(ticking);
  step();
  ticking = setInterval(() => {
    if (step() === false) clearInterval(ticking);
  }, 250);
}

/** State and name of a job. @param {string} status @param {string} name */
export function state(status, name) {
  return element(
    'p',
    { class: 'job-state' },
    element('span', { class: `badge ${status}`, id: 'status' }, status),
    element('strong', {}, name),
  );
}

/** Says what is waited for, in place of an estimate. @param {string} why */
export function showWaiting(why) {
  clearInterval(ticking);
  const detail = shownElement('.job-detail');
  if (detail) detail.textContent = why;
}

/**
 * Says why there is nothing to show.
 * @param {string} sentence @param {string} name
 * @param {Element | null} [place] where it can be mended
 */
export function showRefusal(sentence, name, place = null) {
  const go = () => {
    place?.scrollIntoView({ block: 'center' });
    if (place instanceof HTMLElement) place.focus({ preventScroll: true });
  };
  const words = `${sentence.replace(/\.$/, '')}.`;
  const link = place && element('button', { type: 'button', class: 'button quiet small', onclick: go }, 'Show where');
  replace(state('refused', name), element('p', { class: 'alert' }, words), link && element('p', {}, link));
  tell(words);
}

/** Shows that a job is gone. @param {string} sentence */
export function showGone(sentence) {
  replace(element('p', { class: 'empty' }, sentence));
  // The button that was pressed is gone.
  find('#result-title', HTMLElement).focus({ preventScroll: true });
  tell(sentence);
}

/** Brings what is shown into view, where it is not. */
export function bringIntoView() {
  const title = find('#result-title', HTMLElement);
  const { top } = title.getBoundingClientRect();
  // Below the page's header, and not at the bottom edge with the result under it.
  if (top < 64 || top > innerHeight / 2) title.scrollIntoView({ block: 'start' });
}

/** @param {string} news for screen readers */
export function tell(news) {
  find('#job-news', HTMLElement).textContent = news;
}
