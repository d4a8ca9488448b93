/** @import { Operation } from './operation-controls.js' */

/** What each button of turns adds; the same one again goes on from there. @type {Record<string, Operation>} */
const TURNS = {
  left: { operation_type: 'rotate', parameters: { angle: 270 } },
  right: { operation_type: 'rotate', parameters: { angle: 90 } },
  horizontal: { operation_type: 'flip', parameters: { axis: 'horizontal' } },
  vertical: { operation_type: 'flip', parameters: { axis: 'vertical' } },
};

const buttons = [...document.querySelectorAll('[data-turn]')].filter((one) => one instanceof HTMLButtonElement);

/**
 * Lets the buttons turn the picture at the end of the operations.
 * @param {Operation[]} operations @param {(button: HTMLButtonElement) => void} turned told of each turn
 */
export function offerTurns(operations, turned) {
  for (const button of buttons) {
    button.addEventListener('click', () => {
      const last = operations.at(-1);
      const next = last && joined(last, turnOf(button));
      if (next) operations.pop();
      if (next !== 'nothing') operations.push(structuredClone(next ?? turnOf(button)));
      turned(button);
    });
  }
}

/** Where there may be no more operations, a turn can only join the last one. @param {Operation[]} operations @param {boolean} isFull */
export function limitTurns(operations, isFull) {
  const last = operations.at(-1);
  for (const button of buttons) button.disabled = isFull && !(last && joined(last, turnOf(button)));
}

/** @param {HTMLButtonElement} button @returns {Operation} */
function turnOf(button) {
  return /** @type {Operation} */ (TURNS[button.dataset.turn ?? '']);
}

/** A turn and the one after it as one; undefined where they are two. @param {Operation} last @param {Operation} turn @returns {Operation | 'nothing' | undefined} */
function joined(last, turn) {
  if (last.operation_type !== turn.operation_type) return undefined;
  const { axis } = last.parameters;
  if (turn.operation_type === 'flip') return axis === turn.parameters.axis ? 'nothing' : undefined;
  const angle = (Number(last.parameters.angle) + Number(turn.parameters.angle)) % 360;
  return angle === 0 ? 'nothing' : { operation_type: 'rotate', parameters: { angle } };
}
