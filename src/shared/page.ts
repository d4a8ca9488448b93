/** A place in a list that is ordered by creation, newest first. */
export interface PagePosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** Which page of a list is asked for. */
export interface PageRequest {
  readonly limit: number;
  /** What is older than this. */
  readonly after?: PagePosition;
  /** What is newer than this, the nearest of it. */
  readonly before?: PagePosition;
}

/** One page, and whether more stands on either side. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasNewer: boolean;
  readonly hasOlder: boolean;
}

/** A page of a list, newest first. One item more than it holds is asked for: that tells whether the list goes on. */
export async function pageOf<T>(
  { limit, after, before }: PageRequest,
  list: (limit: number) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const found = await list(limit + 1);
  const more = found.length > limit;
  if (before) return { items: more ? found.slice(1) : found, hasNewer: more, hasOlder: true };
  return { items: found.slice(0, limit), hasNewer: after !== undefined, hasOlder: more };
}
