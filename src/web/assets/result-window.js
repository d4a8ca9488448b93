import { element } from './dom.js';
import { tell, tick } from './job-stage.js';
import { clock } from './words.js';

/**
 * Counts down how long the server keeps what this browser has fetched.
 * @param {HTMLElement} line where it stands
 * @param {number} endsAt by this browser's clock
 * @param {'result' | 'results'} what is kept
 * @param {() => void} onEnd
 */
export function countWindow(line, endsAt, what, onEnd) {
  const countdown = element('span', { class: 'countdown', id: 'countdown' });
  const [copy, them] = what === 'result' ? ['its own copy', 'it'] : ['its own copies', 'them'];
  const wasOpen = endsAt > Date.now();
  line.append(`This browser keeps ${copy}. Other devices can fetch ${them} for another `, countdown, '.');
  tick(() => {
    const left = (endsAt - Date.now()) / 1000;
    countdown.textContent = clock(left);
    if (left > 0) return true;
    line.textContent = `The server has erased the ${what}. This browser still has ${copy}.`;
    if (wasOpen) tell(`The server has erased the ${what}; this browser still has ${copy}`);
    onEnd();
    return false;
  });
}
