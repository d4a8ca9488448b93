import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import { OperatorError } from '../shared/operator-error.ts';

/**
 * Questions to the operator; what is typed for a secret is not shown. Our own, since libraries for prompts read one answer
 * from a pipe and lose the lines after it.
 */
export class Questions {
  private hidden = false;
  private readonly lines;
  private readonly iterator;

  /** Asked on `screen`, answered on `keyboard`. */
  constructor(
    keyboard: Readable & { readonly isTTY?: boolean },
    private readonly screen: Writable,
  ) {
    const output = new Writable({
      write: (chunk, _encoding, done) => {
        if (!this.hidden) screen.write(chunk);
        done();
      },
    });
    this.lines = createInterface({ input: keyboard, output, terminal: keyboard.isTTY });
    this.iterator = this.lines[Symbol.asyncIterator]();
  }

  /** @throws an OperatorError where standard input has ended */
  async ask(question: string, { secret = false } = {}): Promise<string> {
    this.screen.write(`${question}: `);
    this.hidden = secret;
    const { value, done } = await this.iterator.next();
    this.hidden = false;
    this.screen.write('\n');
    if (done) throw new OperatorError(`Expected ${question.toLowerCase()} on standard input, received nothing`);
    return value;
  }

  close(): void {
    this.lines.close();
  }
}
