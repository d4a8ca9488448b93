import { isOfTheApi, undocumentedPart } from './api-document.ts';
import { sentByNode } from './sent-by-node.ts';

/** Every answer that an end-to-end test sees must be what the OpenAPI document says, whatever the test looks at. */
globalThis.fetch = async (input, init) => {
  const answer = await sentByNode(input, init);
  const request = input instanceof Request ? input : { url: String(input), method: init?.method ?? 'GET' };
  const { hostname, pathname } = new URL(request.url);
  const isPreflight = request.method === 'OPTIONS';
  if (hostname !== '127.0.0.1' || isPreflight || !isOfTheApi(pathname)) return answer;
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  // Streams and files are not looked into, so that a test reads them at its own pace.
  const seen = isJson ? answer.clone() : new Response(answer.body && '', answer);
  const fault = await undocumentedPart(request.method.toUpperCase(), request.url, seen);
  if (fault) throw new Error(`${request.method} ${request.url} answered ${answer.status}, undocumented: ${fault}`);
  return answer;
};
