import { element } from './dom.js';

/**
 * A small button of a line.
 * @param {string} text
 * @param {() => unknown} onclick
 * @param {string} [label] What it says to a screen reader, where the text does not tell which line it is of.
 */
export function smallButton(text, onclick, label) {
  return element('button', { type: 'button', class: 'button quiet small', 'aria-label': label, onclick }, text);
}

/** A list of lines; where there are none, what says so. @param {HTMLLIElement[]} lines @param {...(Node | string)} none */
export function rowsOr(lines, ...none) {
  return lines.length === 0 ? element('p', { class: 'hint' }, ...none) : element('ul', { class: 'rows' }, ...lines);
}

/** The head of a table and its lines of cells. @param {string[]} heads @param {HTMLTableCellElement[][]} lines */
export function tableParts(heads, lines) {
  return [
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...lines.map((cells) => element('tr', {}, ...cells))),
  ];
}
