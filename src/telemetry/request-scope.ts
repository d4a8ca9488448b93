import { AsyncLocalStorage } from 'node:async_hooks';

const requestIds = new AsyncLocalStorage<string>();

/** Runs what answers a request, so that every line that it logs carries the request's id. */
export function withinRequest(requestId: string, run: () => void): void {
  requestIds.run(requestId, run);
}

/** What every line of the log carries beside its own members. */
export function lineContext(): { request_id?: string } {
  const requestId = requestIds.getStore();
  return requestId === undefined ? {} : { request_id: requestId };
}
