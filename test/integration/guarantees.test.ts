import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** One row of the README's table of guarantees: what is guaranteed, and the tests that show it. */
interface Row {
  readonly guarantee: string;
  readonly tests: { readonly file: string; readonly names: string[] }[];
}

/** Rows read like ``| what | `folder/file`: a name, the beginning … and end of another; `folder/other` |``. */
function rows(): Row[] {
  const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith('| guarantee |')) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return lines.slice(start, end).map((line) => {
    const [, guarantee = '', tests = ''] = line.split('|').map((cell) => cell.trim());
    return { guarantee, tests: tests.split('; ').map(testsOf) };
  });
}

function testsOf(text: string): Row['tests'][number] {
  const [, file = '', names = ''] = /^`([^`]+)`(?:: (.*))?$/.exec(text) ?? [];
  return { file, names: names.split(', ').filter((name) => name !== '') };
}

/** A test's file, and what it has from the support folder beside it, where names of several tests may stand. */
function sourceOf(path: string): string {
  const source = readFileSync(path, 'utf8');
  const support = [...source.matchAll(/from '(\.\/support\/[^']+)'/g)];
  return [source, ...support.map(([, file = '']) => readFileSync(join(dirname(path), file), 'utf8'))].join('\n');
}

test('there are guarantees', () => {
  expect(rows().length).toBeGreaterThan(10);
});

test.each(rows())('is shown by the tests that are named: $guarantee', ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0);
  for (const { file, names } of tests) {
    const path = join(ROOT, 'test', `${file}.test.ts`);
    expect([file, existsSync(path)]).toEqual([file, true]);
    const source = sourceOf(path);
    for (const piece of names.flatMap((name) => name.split('…')).map((part) => part.trim())) {
      expect([piece, source.includes(piece)]).toEqual([piece, true]);
    }
  }
});
