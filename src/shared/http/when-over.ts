import type { Response } from 'express';

/** Does something once an answer is over: sent, or given up by its client, who may have gone already. */
export function whenOver(response: Response, act: () => void): void {
  if (response.closed) act();
  else response.once('close', act);
}
