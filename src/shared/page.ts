/** A place in a list that is ordered by creation, newest first. */
export interface PagePosition {
  readonly createdAt: Date;
  readonly id: string;
}

const LEAST_ID = '00000000-0000-0000-0000-000000000000';
const GREATEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A place just newer than this one: what is older than it begins here. */
export function justNewer({ createdAt }: PagePosition): PagePosition {
  return { createdAt: new Date(createdAt.getTime() + 1), id: LEAST_ID };
}

/** A place just older than this one: what is newer than it ends here. */
export function justOlder({ createdAt }: PagePosition): PagePosition {
  return { createdAt: new Date(createdAt.getTime() - 1), id: GREATEST_ID };
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
  /** Where an empty page was looked for, if not at the beginning of the list: those beside it are found from there. */
  readonly emptyAt?: PagePosition;
}

/** A page of a list, newest first. One item more than it holds is asked for: that tells whether the list goes on. */
export async function pageOf<T>(
  { limit, after, before }: PageRequest,
  list: (limit: number) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const found = await list(limit + 1);
  const more = found.length > limit;
  const place = after ?? before;
  if (found.length === 0 && place)
    return { items: [], hasNewer: after !== undefined, hasOlder: before !== undefined, emptyAt: place };
  if (before) return { items: more ? found.slice(1) : found, hasNewer: more, hasOlder: true };
  return { items: found.slice(0, limit), hasNewer: after !== undefined, hasOlder: more };
}
