import { expect, test } from 'vitest';
import { operationTable } from '../../../openapi/operation-table.ts';

const rowOf = (type: string) => new RegExp(`^\\| \`${type}\` +\\| (.*?) +\\|$`, 'm').exec(operationTable())?.[1];

test('a list of values stands apart from the parameters before it and behind it, with what it belongs to', () => {
  expect(rowOf('resize')).toMatch(
    /^`width`, `height`; `fit`: `fill` \(default\), .*`outside`; `gravity` \(optional, with `fit` `cover`\): `center`, .*`entropy`; `color` \(optional, with `fit` `contain`\)$/,
  );
});

test('what may be left out says so, and what stands in its place', () => {
  expect(rowOf('scale')).toBe('`width` (optional), `height` (optional), `enlarge` (default false)');
  expect(rowOf('compress')).toMatch(/^`quality` \(unless `max_bytes` is given\), `max_bytes` \(optional\); `effort`: /);
});
