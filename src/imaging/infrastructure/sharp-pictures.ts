import { transform } from './sharp-execution.ts';
import type { TransformationAnswer, TransformationJob, TransformationOrder } from './sharp-job.ts';
import { transformFailure } from './transform-failure.ts';

/** Makes all pictures of one source, one after the other. @throws ChildFailure that refuses the source itself */
export async function transformAll({ pictures, ...source }: TransformationOrder): Promise<TransformationAnswer[]> {
  const answers: TransformationAnswer[] = [];
  for (const picture of pictures) answers.push(await answerOf({ ...source, ...picture }));
  return answers;
}

async function answerOf(job: TransformationJob): Promise<TransformationAnswer> {
  try {
    return { result: await transform(job) };
  } catch (error) {
    const failure = await transformFailure(error as Error, job);
    const { code, message } = failure;
    if (code === 'image_truncated' || code === 'image_corrupt') throw failure;
    return { refusal: { code, message } };
  }
}
