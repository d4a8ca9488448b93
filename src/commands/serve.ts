import type { AddressInfo } from 'node:net';
import { createHttpApplication } from '../http-application.ts';
import { loadSettings } from '../settings/load-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { lockDataFolder } from '../shared/data-folder-lock.ts';
import { toldAtExit } from '../shared/operator-error.ts';
import { assertWritable } from '../shared/writable-folder.ts';
import { createWorker } from '../worker-application.ts';

/** Starts the service that the environment's settings describe, or says why it cannot and ends the process. */
export async function serve(): Promise<void> {
  try {
    const settings = loadSettings(process.env);
    const { dataDir } = settings.storage;
    if (settings.deployment.databaseUrl === null) lockDataFolder(dataDir);
    else assertWritable(dataDir);
    if (settings.deployment.redisUrl !== null) {
      // Loaded where there is a Redis alone.
      const { outliveStrayRefusals } = await import('../shared/redis/stray-refusals.ts');
      outliveStrayRefusals();
    }
    if (settings.deployment.role === 'worker') {
      await createWorker(settings);
      process.stderr.write('The worker is ready\n');
      return;
    }
    const app = await createHttpApplication(settings);
    await app.listen(settings.http.port, settings.http.host);
    // Not before: a start that is told to stop has nothing to end, and simply dies.
    app.enableShutdownHooks();
    announce(settings, app.getHttpServer().address() as AddressInfo);
  } catch (error) {
    process.stderr.write(`ImagePro API cannot start.\n${toldAtExit(error)}\n`);
    process.exit(1);
  }
}

/** Says where to go. */
function announce({ http, storage }: Settings, bound: AddressInfo): void {
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  const address = (http.publicUrl ?? `http://${host}:${bound.port}`).replace(/\/+$/, '');
  process.stderr.write(`
ImagePro API is ready
  address     ${address}/
  playground  ${address}/playground/
  Swagger UI  ${address}/api/docs/
  data        ${storage.dataDir}

`);
}
