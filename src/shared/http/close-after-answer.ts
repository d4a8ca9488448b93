import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a refused client may go on sending, so that it gets to read the answer; then its connection is cut. */
const LINGER_MS = 2000;

/** Closes a connection once this answer is out; nothing more is read from it as a request. */
export function closeAfterAnswer(response: ServerResponse, socket: Socket): void {
  // Node would close it at once, and with bytes of the client unread the answer may be lost on its way.
  socket.destroySoon = () => linger(socket);
  if (!response.headersSent) response.setHeader('Connection', 'close');
  if (response.writableFinished) linger(socket);
  else response.once('finish', () => linger(socket));
}

/** Ends our side of a connection; what its client still sends is thrown away, and after 2 s it is cut. */
export function linger(socket: Socket): void {
  if (socket.destroyed || socket.writableEnded) return;
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cut));
  socket.on('error', () => socket.destroy());
  // A request that was given up must not go on when the rest of it comes.
  socket.removeAllListeners('data').on('data', () => {});
  socket.resume();
  socket.end();
}
