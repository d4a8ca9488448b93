import type { Caller } from '../../accounts/domain/caller.ts';
import { shutOutMeanwhile } from '../../accounts/domain/errors.ts';
import type { ApplicationError } from '../../shared/application-error.ts';
import { dayOf, monthOf, nextMonth } from '../../shared/calendar.ts';
import { secondsBetween } from '../../shared/clock.ts';
import { imageJobProblems } from '../domain/errors.ts';
import type { Admission, AdmissionLimits } from './ports.ts';

/** What adding a job for this caller must keep. */
export function admissionLimits(caller: Caller, queue: number, now: Date): AdmissionLimits {
  const { activeJobs, keptBytes, imagesPerMonth: images } = caller.policy;
  return {
    activeJobs,
    keptBytes,
    queue,
    letInBy: caller,
    ...(images !== null && { monthly: { month: monthOf(now), images } }),
  };
}

/** Why a job was not added, as its caller is told. */
export function admissionRefusal(
  admission: Exclude<Admission, 'added'>,
  caller: Caller,
  queueLimit: number,
  now: Date,
): ApplicationError {
  const { activeJobs, keptBytes, imagesPerMonth } = caller.policy;
  const owner = `limit of ${caller.limitOwner}`;
  switch (admission) {
    case 'too_many_jobs':
      return imageJobProblems.tooManyJobs.error(
        `Expected at most ${activeJobs} jobs waiting or running (${owner}), received one more`,
        { retryAfter: 10 },
      );
    case 'too_many_bytes':
      return imageJobProblems.tooManyBytes.error(
        `Expected at most ${keptBytes} bytes of originals and results kept (${owner}), received a file beyond that`,
        { retryAfter: 60 },
      );
    case 'monthly_limit': {
      const anew = nextMonth(now);
      return imageJobProblems.monthlyLimit.error(
        `Expected at most ${imagesPerMonth} images in a calendar month (${owner}), received one more; it begins anew on ${dayOf(anew)} (UTC)`,
        { retryAfter: secondsBetween(now, anew) },
      );
    }
    case 'queue_full':
      return imageJobProblems.queueFull.error(
        `Expected at most ${queueLimit} jobs waiting or running in the whole service, received one more`,
        { retryAfter: 30 },
      );
    case 'shut_out':
      return shutOutMeanwhile();
  }
}
