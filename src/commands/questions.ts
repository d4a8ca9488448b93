import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { OperatorError } from '../shared/operator-error.ts';

/**
 * Questions to the operator; what is typed for a secret is not shown. Our own, since libraries for prompts read one answer
 * from a pipe and lose the lines after it.
 */
export class Questions {
  private hidden = false;
  private readonly output = new Writable({
    write: (chunk, _encoding, done) => {
      if (!this.hidden) process.stderr.write(chunk);
      done();
    },
  });
  private readonly lines = createInterface({
    input: process.stdin,
    output: this.output,
    terminal: process.stdin.isTTY,
  });
  private readonly iterator = this.lines[Symbol.asyncIterator]();

  /** @throws an OperatorError where standard input has ended */
  async ask(question: string, { secret = false } = {}): Promise<string> {
    process.stderr.write(`${question}: `);
    this.hidden = secret;
    const { value, done } = await this.iterator.next();
    this.hidden = false;
    process.stderr.write('\n');
    if (done) throw new OperatorError(`Expected ${question.toLowerCase()} on standard input, received nothing`);
    return value;
  }

  close(): void {
    this.lines.close();
  }
}
