import type { Server } from 'node:http';

/** How often connections that carry no request are closed while the server closes. */
const IDLE_CHECK_MS = 50;

/**
 * Makes closing prompt: connections that are idle, or become so, are closed at once instead of when they time out;
 * answers that still run get the grace, then they are cut.
 */
export function closeWithoutWaiting(server: Server, graceSeconds: number): void {
  const close = server.close.bind(server);
  server.close = (done) => {
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    const grace = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
    return close((error) => {
      clearInterval(idle);
      clearTimeout(grace);
      done?.(error);
    });
  };
}
