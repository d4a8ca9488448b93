import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { DeploymentSettings } from '../shared/deployment.settings.ts';
import type { HttpSettings } from '../shared/http/http.settings.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

/** Answers `/metrics`, `/health/live` and `/health/ready` on a port of its own, which need not be public. */
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Metrics');
  private readonly server = createServer((request, response) => void this.answer(request, response));

  constructor(
    private readonly metrics: Metrics,
    private readonly readiness: Readiness,
    private readonly deployment: DeploymentSettings,
    private readonly http: HttpSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.deployment.metricsPort === null) return;
    this.server.listen(this.deployment.metricsPort, this.http.host);
    await once(this.server, 'listening');
    this.logger.log(`Metrics are at port ${this.port}`);
  }

  /** The port it listens on; null when it does not. */
  get port(): number | null {
    return (this.server.address() as AddressInfo | null)?.port ?? null;
  }

  onApplicationShutdown(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer({ url }: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (url) {
      case '/metrics':
        response.setHeader('Content-Type', this.metrics.registry.contentType);
        response.end(await this.metrics.registry.metrics());
        return;
      case '/health/live':
        return this.tell(response, 200, { status: 'ok' });
      case '/health/ready': {
        const [missing, degraded] = [await this.readiness.missing(), await this.readiness.degraded()];
        if (missing.length > 0) return this.tell(response, 503, { missing });
        return this.tell(response, 200, { status: 'ok', ...(degraded.length > 0 && { degraded }) });
      }
      default:
        return this.tell(response, 404, { status: 'not found' });
    }
  }

  private tell(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    response.end(JSON.stringify(body));
  }
}
