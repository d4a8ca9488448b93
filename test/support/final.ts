/** What is worked on: an image, a batch, or the refusal to show it. */
interface Worked {
  readonly status: string | number;
}

/** Whether nothing of it waits or runs any more. */
export function isFinal({ status }: Worked): boolean {
  return status !== 'pending' && status !== 'processing';
}

/** Shows it once it is final, however long that takes: the API lets one request wait no longer than half a minute. */
export async function untilFinal<T extends Worked>(show: (waiting: Record<string, string>) => Promise<T>): Promise<T> {
  for (;;) {
    const shown = await show({ Prefer: 'wait=30' });
    if (isFinal(shown)) return shown;
  }
}

/** The same of what is shown at this address. */
export function finalAt<T extends Worked>(url: string, headers: Record<string, string> = {}): Promise<T> {
  return untilFinal(async (waiting) => (await (await fetch(url, { headers: { ...headers, ...waiting } })).json()) as T);
}
