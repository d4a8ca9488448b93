import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends bytes that no HTTP library would send, and gives all that comes back until the server closes the connection. */
export async function rawRequest(url: string, ...pieces: string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  for (const piece of pieces) socket.write(piece);
  return text(socket);
}

/** Status, headers and body of a raw answer. */
export function parsedAnswer(raw: string): { status: number; headers: Headers; body: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}
