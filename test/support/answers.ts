/** Shapes of the API's answers and words, as tests name them. */
export { SCOPE_NAMES, type Scope } from '../../src/accounts/domain/scope.ts';
export type { ApiKeyListDto, MadeApiKeyDto } from '../../src/accounts/infrastructure/http/keys.dto.ts';
export type { BatchDto, BatchListDto } from '../../src/image-jobs/infrastructure/http/batch.dto.ts';
export type { ImageDto, ImageListDto } from '../../src/image-jobs/infrastructure/http/image.dto.ts';
export type { ProblemDocument } from '../../src/shared/http/problem-document.ts';
export type { UsageReportDto } from '../../src/usage/infrastructure/http/usage.dto.ts';
