import { accessSync, constants, mkdirSync } from 'node:fs';
import { OperatorError, reasonOf } from './operator-error.ts';

/**
 * Makes the data folder, or one in it, if there is none.
 * @throws OperatorError when this process may not write to it, or nobody may
 */
export function assertWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new OperatorError(
      `DATA_DIR: expected a folder that this process may write to, received ${folder} (${reasonOf(cause)}). Give it to the user of this process, or set DATA_DIR to another folder.`,
      { cause },
    );
  }
}
