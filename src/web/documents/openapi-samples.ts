import type { OpenAPIObject } from '@nestjs/swagger';
import { guideExamples, type Step } from '../pages/guide-examples.ts';
import type { Examples } from '../pages/section-examples.ts';

type Paths = OpenAPIObject['paths'];

/** Which section of the guide has the examples of an operation. */
const STEP_OF: Readonly<Record<string, Step>> = {
  register: 'register',
  logIn: 'login',
  createImage: 'upload',
  getImage: 'wait',
  downloadImage: 'download',
  planImage: 'plan',
  savePreset: 'outputs',
  downloadOutputs: 'outputs',
  createApiKey: 'keys',
  getUsage: 'usage',
};

const LANGUAGES: readonly { lang: string; of: keyof Examples }[] = [
  { lang: 'Shell', of: 'curl' },
  { lang: 'JavaScript', of: 'javascript' },
  { lang: 'Python', of: 'python' },
];

/** The same paths, with the guide's examples as `x-codeSamples`, which ReDoc and others show. */
export function withSamples(paths: Paths, address: string): Paths {
  const examples = guideExamples(address);
  const entries = Object.entries(paths).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item as Record<string, { operationId?: string }>).map(([method, operation]) => [
        method,
        sampled(operation, examples),
      ]),
    ),
  ]);
  return Object.fromEntries(entries);
}

function sampled<T extends { operationId?: string }>(operation: T, examples: Readonly<Record<Step, Examples>>): T {
  const step = STEP_OF[operation.operationId ?? ''];
  if (!step) return operation;
  return { ...operation, 'x-codeSamples': LANGUAGES.map(({ lang, of }) => ({ lang, source: examples[step][of] })) };
}
