import { OPERATIONS_EXAMPLE } from '../../../../imaging/operations/operation-schemas.ts';
import { MOST_OUTPUTS, NAME_PATTERN, NAME_WORDS } from '../../../domain/output.ts';

/** One of them must be there, and no second one, in keywords that generators of clients leave out of their types. */
export const ONE_WANTED = {
  not: { properties: { operations: { not: {} }, outputs: { not: {} }, preset: { not: {} } } },
  dependentSchemas: {
    operations: { properties: { outputs: false, preset: false } },
    outputs: { properties: { preset: false } },
  },
};

/** Documents the fields of a form that say what is to be made of its images. */
export const WANTED_FIELDS = {
  operations: {
    type: 'string' as const,
    maxLength: 16384,
    description:
      'A JSON array of `Operation`, run in the order given; an empty array re-encodes the image in its own format',
    example: OPERATIONS_EXAMPLE,
  },
  outputs: {
    type: 'string' as const,
    maxLength: 16384,
    description: `In place of \`operations\`, for accounts alone: a JSON array of 1 to ${MOST_OUTPUTS} results \`{name, operations}\` that are made of the one upload; \`name\` is ${NAME_WORDS}, each once`,
  },
  preset: {
    type: 'string' as const,
    pattern: NAME_PATTERN,
    description: 'In place of both, for accounts alone: the name of a preset, which says what is wanted',
  },
};
