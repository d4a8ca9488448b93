import { expect, test } from 'vitest';
import { useCase } from '../../../src/shared/use-case.ts';

abstract class Port {
  abstract open(): string;
}
class Limits {
  constructor(readonly most: number) {}
}
class Greet {
  constructor(
    private readonly port: Port,
    private readonly limits: Limits,
  ) {}

  execute(): string {
    return `${this.port.open()} ${this.limits.most}`;
  }
}

test('binds a plain class to its dependencies, in the order of its constructor', () => {
  const provider = useCase(Greet, Port, Limits);
  expect([provider.provide, provider.inject]).toEqual([Greet, [Port, Limits]]);
  const port: Port = { open: () => 'hello' };
  expect((provider.useFactory(port, new Limits(5)) as Greet).execute()).toBe('hello 5');
});

test('a wrong, missing, swapped or further dependency does not compile', () => {
  // The compiler proves it: `npm run check` fails on a directive that expects an error where there is none.
  // @ts-expect-error swapped
  useCase(Greet, Limits, Port);
  // @ts-expect-error missing
  useCase(Greet, Port);
  // @ts-expect-error of another type
  useCase(Greet, Port, Date);
  // @ts-expect-error one too many
  useCase(Greet, Port, Limits, Limits);
  // @ts-expect-error a value in place of its class
  useCase(Greet, Port, new Limits(5));
});
