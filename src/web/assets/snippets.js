import { copyText, find } from './dom.js';

/**
 * A request, as programs would send it.
 * @typedef {{ address: string, fileName: string, operations: object[], signedIn: boolean }} Call
 */

/** The same call in every language. @type {Record<string, (call: Call) => string>} */
const LANGUAGES = {
  json: ({ operations }) => JSON.stringify(operations, null, 2),
  curl: ({ address, fileName, operations, signedIn }) =>
    `curl ${address}/api/images/ \\
${signedIn ? '  -H "Authorization: Bearer $ACCESS" \\\n' : ''}  -H 'Prefer: wait=30' \\
  -F ${shellQuoted(`original_image=@"${fileName.replaceAll(/["\\]/g, '\\$&')}"`)} \\
  -F ${shellQuoted(`operations=${JSON.stringify(operations)}`)}`,
  javascript: ({ address, fileName, operations, signedIn }) =>
    `const headers = { Prefer: 'wait=30'${signedIn ? ", Authorization: 'Bearer ' + access" : ''} };
const form = new FormData();
form.append('original_image', file, ${JSON.stringify(fileName)}); // a File or Blob
form.append('operations', JSON.stringify(${JSON.stringify(operations, null, 2)}));

const created = await fetch('${address}/api/images/', { method: 'POST', headers, body: form });
const image = await created.json();
if (image.status !== 'completed') throw new Error(image.detail ?? image.error?.detail ?? image.status);
const result = await fetch(image.download_url, { headers });`,
  python: ({ address, fileName, operations, signedIn }) =>
    `import json
import requests

headers = {"Prefer": "wait=30"${signedIn ? ', "Authorization": f"Bearer {access}"' : ''}}
operations = ${JSON.stringify(operations, null, 4)}
with open(${JSON.stringify(fileName)}, "rb") as picture:
    created = requests.post("${address}/api/images/", headers=headers,
                            files={"original_image": picture},
                            data={"operations": json.dumps(operations)})
created.raise_for_status()
result = requests.get(created.json()["download_url"], headers=headers)`,
};

const tabs = [...document.querySelectorAll('[role=tab]')].filter((one) => one instanceof HTMLButtonElement);

/** Shows the call in every language. @param {Call} call */
export function showSnippets(call) {
  for (const [language, text] of Object.entries(LANGUAGES)) {
    find(`#code-${language} code`, HTMLElement).textContent = text(call);
  }
}

/** Makes the tabs work, by keyboard too, and the copy buttons. */
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
  for (const button of document.querySelectorAll('.snippet .copy')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.addEventListener('click', () =>
      copyText(button, button.parentElement?.querySelector('code')?.textContent ?? ''),
    );
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

/** Text as one word of a POSIX shell. @param {string} text */
function shellQuoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
