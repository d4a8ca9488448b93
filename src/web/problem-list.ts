import { accountProblems } from '../accounts/domain/errors.ts';
import { imageJobProblems } from '../image-jobs/domain/errors.ts';
import { pictureProblems, workProblems } from '../imaging/domain/errors.ts';
import type { Problem } from '../shared/application-error.ts';
import { httpProblems } from '../shared/http/http-problems.ts';
import { requestProblems } from '../shared/problems.ts';
import { webhookProblems } from '../webhooks/domain/errors.ts';

/** What requests are refused with. */
export const OF_REQUESTS: readonly Problem[] = Object.values({
  ...requestProblems,
  ...httpProblems,
  ...accountProblems,
  ...pictureProblems,
  ...imageJobProblems,
  ...webhookProblems,
});

/** Why jobs fail. */
export const OF_JOBS: readonly Problem[] = Object.values(workProblems);
