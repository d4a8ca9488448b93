import { element, find } from './dom.js';
import { faultsOf, wordsFor, wordsOf } from './form-words.js';
import { Problem } from './http.js';
import { duration } from './words.js';

/** @import { FieldFault } from './form-words.js' */

/**
 * Sends a form by `send`, and shows what is refused at the fields it points to.
 * @param {HTMLFormElement} form
 * @param {(values: Record<string, string>) => Promise<unknown>} send
 */
export function submits(form, send) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = find('button[type=submit]', HTMLButtonElement, form);
    if (button.disabled) return;
    button.disabled = true;
    clearProblem(form);
    try {
      await send(/** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))));
    } catch (error) {
      showProblem(form, error);
    } finally {
      button.disabled = false;
    }
  });
}

/**
 * Shows a problem: each fault at its field, the rest on top. The first field at fault takes the focus.
 * @param {HTMLElement} form
 * @param {unknown} error
 */
export function showProblem(form, error) {
  if (!(error instanceof Problem)) throw error;
  const faults = faultsOf(error);
  const elsewhere = faults.filter((fault) => !showFault(form, fault));
  /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid=true]'))?.focus();
  if (faults.length > 0 && elsewhere.length === 0) return;
  const { type, request_id: requestId } = error.document;
  const alert = find('.alert', HTMLElement, form);
  const sentences = faults.length > 0 ? elsewhere.map((fault) => wordsFor(fault, null)) : [wordsOf(error)];
  // Where the page counts down, a second figure would differ from it.
  const wait =
    error.retryAfter && !document.querySelector('#pause') ? `Try again in ${duration(error.retryAfter)}.` : '';
  alert.replaceChildren(
    ...sentences.map((sentence) => element('p', {}, sentence)),
    wait && element('p', {}, wait),
    requestId ? element('p', {}, element('a', { href: new URL(type).pathname }, 'What this means')) : '',
  );
  alert.hidden = false;
}

/** What is shown as refused, the first field's first, and where. @param {HTMLElement} form */
export function shownProblems(form) {
  const rooms = [...form.querySelectorAll('[data-error-for]:not([hidden]), .alert:not([hidden])')];
  return rooms.map((room) => {
    const field = room.id ? form.querySelector(`[aria-describedby~="${room.id}"]`) : null;
    return { sentence: (room.querySelector('p') ?? room).textContent, place: field ?? room };
  });
}

/**
 * Shows a fault at the field that its pointer leads to, or at the nearest one around it.
 * @param {HTMLElement} form
 * @param {FieldFault} fault
 * @returns {boolean} whether there is such a field
 */
function showFault(form, fault) {
  for (let at = fault.pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const room = /** @type {HTMLElement | null} */ (form.querySelector(`[data-error-for="${CSS.escape(at)}"]`));
    if (!room) continue;
    const field = room.id ? form.querySelector(`[aria-describedby~="${room.id}"]`) : null;
    const words = wordsFor(fault, at === fault.pointer ? field : null);
    // Several rules that one value breaks may have the same words.
    if (!room.textContent.includes(words)) room.append(room.textContent ? ` ${words}` : words);
    room.hidden = false;
    field?.setAttribute('aria-invalid', 'true');
    return true;
  }
  return false;
}

/**
 * Takes all errors away.
 * @param {HTMLElement} form
 */
export function clearProblem(form) {
  for (const room of form.querySelectorAll('[data-error-for], .alert')) {
    room.replaceChildren();
    /** @type {HTMLElement} */ (room).hidden = true;
  }
  for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
}
