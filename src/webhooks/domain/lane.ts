/** What one account sends to one host and port. Lanes take turns; each has a few places of its own. */
export interface Lane {
  readonly accountId: string;
  /** Host and port: see `destinationOf`. */
  readonly destination: string;
}

/** What a message of the queue calls a lane. */
export function laneIdOf({ accountId, destination }: Lane): string {
  return `${accountId} ${destination}`;
}

/** The lane of an id; null for what is none, such as a destination alone, which earlier versions have put into queues. */
export function laneOf(id: string): Lane | null {
  const [accountId, destination] = id.split(' ');
  return accountId && destination ? { accountId, destination } : null;
}
