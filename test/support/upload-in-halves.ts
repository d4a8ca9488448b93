import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';

/** The answer to an upload. */
export interface UploadAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: each test looks at what it has asked for
  readonly body: any;
}

/**
 * Sends the first half of a form, once the service has let its caller in and asked for the body (`100 Continue`); what is
 * given then sends the rest and resolves with the answer.
 */
export async function beginUpload(
  url: string,
  form: FormData,
  headers: Record<string, string> = {},
): Promise<() => Promise<UploadAnswer>> {
  const encoded = new Request(url, { method: 'POST', body: form });
  const type = encoded.headers.get('content-type') as string;
  const body = Buffer.from(await encoded.arrayBuffer());
  const half = body.length >> 1;
  const sending = request(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': type, 'Content-Length': body.length, Expect: '100-continue' },
  });
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  sending.flushHeaders();
  await once(sending, 'continue');
  sending.write(body.subarray(0, half));
  return async () => {
    sending.end(body.subarray(half));
    const [answer] = await answered;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await json(answer) };
  };
}
