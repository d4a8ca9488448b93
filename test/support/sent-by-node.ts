/** What sends requests before `documented-answers.ts` looks at them: kept apart, since that file runs before each test file. */
export const sentByNode = globalThis.fetch;
