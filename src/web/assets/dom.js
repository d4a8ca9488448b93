/**
 * The element that a selector names; the page is written so that it is there.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [within]
 * @returns {T}
 */
export function find(selector, type, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`Expected ${type.name} at ${selector}`);
  return found;
}

/**
 * A new element. Attributes that are false, null or undefined are left out; `on…` are listeners.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === 'function') made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A button that is busy while its action lasts. @param {string} text @param {string} busyText @param {() => Promise<void>} action */
export function busyButton(text, busyText, action) {
  const button = element('button', { class: 'button', type: 'button', onclick: act }, text);
  async function act() {
    // Not disabled: the focus stays.
    if (button.ariaDisabled === 'true') return;
    [button.ariaDisabled, button.textContent] = ['true', busyText];
    await action().finally(() => {
      [button.ariaDisabled, button.textContent] = ['false', text];
    });
  }
  return button;
}

/** Waits. @param {number} seconds */
export function sleep(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/**
 * Counts seconds down by the clock, not by ticks: browsers slow the ticks of hidden pages.
 * @param {number} seconds
 * @param {(left: number) => void} show
 */
export async function countDown(seconds, show) {
  const end = Date.now() + seconds * 1000;
  for (let left = seconds; left > 0; left = Math.ceil((end - Date.now()) / 1000)) {
    show(left);
    await sleep(1);
  }
}
