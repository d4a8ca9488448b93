import hljs from './highlight.js';
import bash from './highlight-bash.js';
import http from './highlight-http.js';
import javascript from './highlight-javascript.js';
import json from './highlight-json.js';
import python from './highlight-python.js';

for (const [name, language] of Object.entries({ bash, http, javascript, json, python })) {
  hljs.registerLanguage(name, language);
}

/**
 * Shows code in colours.
 * @param {HTMLElement} place
 * @param {string} text
 * @param {'bash' | 'http' | 'javascript' | 'json' | 'python'} language
 */
export function showCode(place, text, language) {
  place.innerHTML = hljs.highlight(text, { language }).value;
}
