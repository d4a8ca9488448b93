import { find } from './dom.js';

const CHOICE = 'imagepro.language';
const guide = find('.guide', HTMLElement);

/** Shows the examples of one language. @param {string} language */
function show(language) {
  const choice = guide.querySelector(`input[value="${CSS.escape(language)}"]`);
  if (!(choice instanceof HTMLInputElement)) return;
  choice.checked = true;
  guide.dataset.language = language;
}

find('#language', HTMLFieldSetElement).addEventListener('change', (event) => {
  const { value } = /** @type {HTMLInputElement} */ (event.target);
  localStorage.setItem(CHOICE, value);
  show(value);
});
show(localStorage.getItem(CHOICE) ?? 'curl');
