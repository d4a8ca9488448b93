import { find } from './dom.js';
import { showCode } from './highlighted-code.js';
import { SNIPPETS } from './snippet-texts.js';

/** @import { Call } from './snippet-texts.js' */

/** The grammar of each snippet. */
const GRAMMARS = /** @type {const} */ ({ json: 'json', curl: 'bash', javascript: 'javascript', python: 'python' });

const tabs = [...document.querySelectorAll('[role=tab]')].filter((one) => one instanceof HTMLButtonElement);

/** Shows the call in every language. @param {Call} call */
export function showSnippets(call) {
  const [field = ''] = Object.keys(call.wanted);
  find('#tab-json', HTMLElement).textContent = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  const caption = find('#code-json figcaption', HTMLElement).firstChild;
  if (caption) caption.textContent = `The field ${field}`;
  for (const [name, text] of Object.entries(SNIPPETS)) {
    const grammar = GRAMMARS[/** @type {keyof typeof GRAMMARS} */ (name)];
    showCode(find(`#code-${name} code`, HTMLElement), text(call), grammar);
  }
}

/** Makes the tabs work, by keyboard too. */
export function liveSnippets() {
  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener('click', () => select(at));
    tab.addEventListener('keydown', (event) => {
      const steps = /** @type {Record<string, number>} */ ({ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 });
      const step = steps[event.key];
      if (step === undefined) return;
      event.preventDefault();
      select((step + tabs.length) % tabs.length);
    });
  }
}

/** @param {number} chosen */
function select(chosen) {
  for (const [at, tab] of tabs.entries()) {
    tab.setAttribute('aria-selected', String(at === chosen));
    tab.tabIndex = at === chosen ? 0 : -1;
    find(`#${tab.getAttribute('aria-controls')}`, HTMLElement).hidden = at !== chosen;
  }
  tabs[chosen]?.focus();
}
