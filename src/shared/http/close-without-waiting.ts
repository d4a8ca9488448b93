import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often connections that carry no request are closed while the server closes. */
const IDLE_CHECK_MS = 50;

/**
 * Makes closing prompt: connections that are idle, or become so, are closed at once instead of when they time out;
 * answers that still run get the grace, then they are cut.
 */
export function closeWithoutWaiting(server: Server, graceSeconds: number): void {
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const close = server.close.bind(server);
  server.close = (done) => {
    const idle = setInterval(() => closeIdle(server, connections), IDLE_CHECK_MS);
    const grace = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
    return close((error) => {
      clearInterval(idle);
      clearTimeout(grace);
      done?.(error);
    });
  };
}

function closeIdle(server: Server, connections: ReadonlySet<Socket>): void {
  server.closeIdleConnections();
  // Node takes a connection on which nothing has come yet for a request under way; clients open such ones in advance.
  for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
}
