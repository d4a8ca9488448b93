import { element, find } from './dom.js';
import { Problem } from './http.js';

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
  const { errors = [], detail, type, request_id: requestId } = error.document;
  const elsewhere = errors.filter((fault) => !showFault(form, fault.pointer, fault.detail));
  const first = /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid=true]'));
  first?.focus();
  if (errors.length > 0 && elsewhere.length === 0) return;
  const alert = find('.alert', HTMLElement, form);
  const sentences = errors.length > 0 ? elsewhere.map((fault) => fault.detail) : [detail];
  alert.replaceChildren(
    ...sentences.map((sentence) => element('p', {}, `${sentence}.`)),
    requestId ? element('p', {}, element('a', { href: new URL(type).pathname }, 'What this means')) : '',
  );
  alert.hidden = false;
}

/**
 * Shows a fault at the field that a pointer leads to, or at the nearest one around it.
 * @param {HTMLElement} form
 * @param {string} pointer JSON pointer into the request
 * @param {string} detail
 * @returns {boolean} whether there is such a field
 */
function showFault(form, pointer, detail) {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const room = /** @type {HTMLElement | null} */ (form.querySelector(`[data-error-for="${CSS.escape(at)}"]`));
    if (!room) continue;
    room.append(room.textContent ? ` ${detail}.` : `${detail}.`);
    room.hidden = false;
    form.querySelector(`[aria-describedby~="${room.id}"]`)?.setAttribute('aria-invalid', 'true');
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
