import { OneOf } from '../shared/validation.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** How much is logged. */
export class LogSettings {
  @OneOf(LOG_LEVELS)
  level: (typeof LOG_LEVELS)[number];
}
