import { monthOf } from '../../shared/calendar.ts';
import type { Clock } from '../../shared/clock.ts';
import { Sweep } from '../../shared/periodically.ts';
import type { MonthlyImages, SessionRepository } from '../application/ports.ts';

/** How often expired sessions are removed; they are refused at once all the same. */
const SWEEP_SECONDS = 3600;

/** Removes expired sessions, and what was counted in months that are over. */
export class SessionsSweep extends Sweep {
  constructor(sessions: SessionRepository, months: MonthlyImages, clock: Clock) {
    super('Removing expired sessions', SWEEP_SECONDS, async () => {
      await sessions.endExpired(clock.now());
      await months.forget(monthOf(clock.now()));
    });
  }
}
