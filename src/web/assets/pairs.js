import { element } from './dom.js';

/** Fills a list of terms and what they are. @param {HTMLElement} list @param {[string, string][]} rows */
export function showPairs(list, rows) {
  list.replaceChildren(...rows.flatMap(([term, text]) => [element('dt', {}, term), element('dd', {}, text)]));
}
