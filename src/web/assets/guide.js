import { find } from './dom.js';

// The style sheet shows the examples of the language that is chosen; here the choice is remembered.

const CHOICE = 'imagepro.language';
const languages = find('#language', HTMLFieldSetElement);

const remembered = languages.querySelector(`input[value="${CSS.escape(localStorage.getItem(CHOICE) ?? '')}"]`);
if (remembered instanceof HTMLInputElement) remembered.checked = true;
languages.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLInputElement) localStorage.setItem(CHOICE, target.value);
});
