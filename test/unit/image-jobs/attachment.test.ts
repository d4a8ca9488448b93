import { expect, test } from 'vitest';
import { attachment } from '../../../src/image-jobs/infrastructure/http/download/attachment.ts';

test.each([
  ['holiday.webp', '"holiday.webp"'],
  ['holiday at sea.webp', '"holiday at sea.webp"'],
  ['a; filename=b.webp', '"a; filename=b.webp"'],
  ["it's $1 & 100%.webp", '"it\'s $1 & 100%.webp"'],
  ['50%20.webp', `"50%20.webp"; filename*=UTF-8''50%2520.webp`],
  ['写真.webp', `"??.webp"; filename*=UTF-8''%E5%86%99%E7%9C%9F.webp`],
])('the name %j stands in quotes', (name, quoted) => {
  expect(attachment(name)).toBe(`attachment; filename=${quoted}`);
});
