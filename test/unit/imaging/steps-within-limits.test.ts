import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GRAVITIES } from '../../../src/imaging/domain/gravity.ts';
import { pixelsOf, type Size } from '../../../src/imaging/domain/image-facts.ts';
import { outcomeOf } from '../../../src/imaging/domain/outcome.ts';
import { planTransformation } from '../../../src/imaging/domain/transformation-plan.ts';
import { turnedSize, turnOfOrientation } from '../../../src/imaging/domain/turn.ts';
import { sharpTraitsOf } from '../../../src/imaging/infrastructure/sharp-operations.ts';
import { POLICIES } from '../../support/callers.ts';
import { crop, filter, flip, pad, resize, rotate, scale } from '../../support/operations.ts';

// Long and thin ones among them.
const side = fc.oneof(
  fc.integer({ min: 1, max: 10 }),
  fc.integer({ min: 1, max: 500 }),
  fc.integer({ min: 1, max: 10_000 }),
);
const gravity = fc.constantFrom(...GRAVITIES);
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(side, side, gravity).map(([w, h, by]) => resize(w, h, 'cover', { gravity: by })) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(side, side, fc.constantFrom('fill', 'contain', 'inside', 'outside'))
      .map(([width, height, fit]) => resize(width, height, fit)),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(side, side, gravity).map(([width, height, by]) => crop({ width, height, gravity: by })),
  },
  fc.tuple(side, fc.boolean()).map(([width, enlarge]) => scale({ width, enlarge })),
  fc.constantFrom(rotate(90), rotate(180), flip('horizontal'), filter('blur'), pad({ top: 3, left: 200 })),
);

test('no step on the way is larger than the source or than what an operation asks for', () => {
  fc.assert(
    fc.property(
      fc.record({ width: side, height: side, format: fc.constantFrom('jpg', 'png', 'webp') }),
      fc.integer({ min: 1, max: 8 }),
      fc.array(operation, { minLength: 1, maxLength: 4 }),
      ({ format, ...size }, orientation, operations) => {
        const source = { format, ...size, frames: 1 };
        fc.pre(pixelsOf(source) <= POLICIES.authenticated.sourcePixels);
        const outcome = outcomeOf(source, operations, POLICIES.authenticated);
        fc.pre(outcome.faults.length === 0);
        const planned = { source, hasAlpha: format === 'png', orientation, isGrey: false };
        const { passes } = planTransformation(planned, operations, outcome, sharpTraitsOf);
        const longest = Math.max(...[source, ...outcome.sizes].flatMap(({ width, height }) => [width, height]));
        let now: Size = turnedSize(source, turnOfOrientation(orientation));
        for (const { steps, enlargement } of passes) {
          for (const after of [...(enlargement ? [enlargement.part] : []), ...steps.map((step) => step.after)]) {
            expect(pixelsOf(after)).toBeLessThanOrEqual(outcome.largestPixels);
            expect(Math.max(after.width, after.height)).toBeLessThanOrEqual(longest);
            now = after;
          }
        }
        expect({ width: now.width, height: now.height }).toEqual(outcome.size);
      },
    ),
    { numRuns: 3_000 },
  );
});
