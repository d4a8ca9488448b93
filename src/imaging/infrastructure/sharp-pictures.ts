import { type SharedDecode, sharedDecode } from './shared-decode.ts';
import { transform } from './sharp-execution.ts';
import type { TransformationAnswer, TransformationJob, TransformationOrder } from './sharp-job.ts';
import { transformFailure } from './transform-failure.ts';

/**
 * Makes all pictures of one source, one after the other, of pixels that were decoded once where that serves. Tells of
 * each that has others behind it.
 * @throws ChildFailure that refuses the source itself
 */
export async function transformAll(
  { pictures, ...source }: TransformationOrder,
  tell: (answer: TransformationAnswer) => void = () => {},
): Promise<TransformationAnswer[]> {
  const jobs = pictures.map((picture) => ({ ...source, ...picture }));
  const shared = await sharedDecode(jobs);
  const answers: TransformationAnswer[] = [];
  for (const job of jobs) {
    const answer = await answerOf(job, shared);
    answers.push(answer);
    if (answers.length < jobs.length) tell(answer);
  }
  return answers;
}

async function answerOf(job: TransformationJob, shared: SharedDecode | null): Promise<TransformationAnswer> {
  try {
    const result = await transform(job, shared);
    // Those of the decode are the first picture's that is made of it.
    const [first] = shared?.plans.keys() ?? [];
    const before = first === job ? Math.round(shared?.milliseconds ?? 0) : 0;
    return { result: { ...result, processingMs: before + result.processingMs } };
  } catch (error) {
    const failure = await transformFailure(error as Error, job);
    const { code, message } = failure;
    if (code === 'image_truncated' || code === 'image_corrupt') throw failure;
    return { refusal: { code, message } };
  }
}
