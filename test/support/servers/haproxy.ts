import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findProgram, freePort, type RunningProgram, startProgram } from './program.ts';

/** Its name, by which it is looked for and installed. */
export const PROGRAM = 'haproxy';

const CONFIGURATION = join(import.meta.dirname, '../../../docker/haproxy.cfg');
/** The lines of the configuration that name Docker's network, and what stands for them on this machine. */
const OF_DOCKER = {
  resolvers: /^resolvers docker\n(?: .*\n)+/m,
  servers: /server-template api .*/,
  publicPort: 'bind :8000',
  healthPort: 'bind 127.0.0.1:8080',
};

/** HAProxy with the configuration that Compose gives it, before APIs on this machine. */
export class HaProxy {
  private constructor(
    private readonly running: RunningProgram,
    private readonly folder: string,
    /** Where clients ask. */
    readonly url: string,
  ) {}

  static async before(...apis: readonly string[]): Promise<HaProxy> {
    const folder = await mkdtemp(join(tmpdir(), 'imagepro-haproxy-'));
    const [port, health] = [await freePort(), await freePort()];
    const servers = apis.map((url, index) => `server api${index} ${new URL(url).host} check inter 2s`);
    const configuration = Object.entries({
      resolvers: '',
      servers: servers.join('\n  '),
      publicPort: `bind 127.0.0.1:${port}`,
      healthPort: `bind 127.0.0.1:${health}`,
    }).reduce(
      (file, [name, line]) => replaced(file, OF_DOCKER[name as keyof typeof OF_DOCKER], line),
      await readFile(CONFIGURATION, 'utf8'),
    );
    const files = [join(folder, 'haproxy.cfg'), join(folder, 'statistics.cfg')] as const;
    await writeFile(files[0], configuration);
    await writeFile(files[1], `global\n  stats socket ${socketIn(folder)} level user\n`);
    const program = findProgram(PROGRAM);
    const args = ['-W', ...files.flatMap((file) => ['-f', file])];
    return new HaProxy(await startProgram(program, args, /Loading success/), folder, `http://127.0.0.1:${port}`);
  }

  /** What its latest checks of the APIs were answered, e.g. `L7OK 200`; null for one that is not checked yet. */
  async checks(): Promise<(string | null)[]> {
    const socket = connect(socketIn(this.folder));
    await once(socket, 'connect');
    socket.write('show stat\n');
    const [head = '', ...lines] = (await text(socket)).trim().split('\n');
    const names = head.replace('# ', '').split(',');
    const rows = lines.map((line) => {
      const values = line.split(',');
      return Object.fromEntries(names.map((name, index) => [name, values[index]]));
    });
    const apis = rows.filter(({ pxname, svname }) => pxname === 'apis' && svname !== 'BACKEND');
    return apis.map(({ check_status, check_code }) =>
      check_status === 'INI' ? null : `${check_status} ${check_code}`,
    );
  }

  async stop(): Promise<void> {
    await this.running.stop('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }
}

function socketIn(folder: string): string {
  return join(folder, 'statistics');
}

function replaced(file: string, line: string | RegExp, by: string): string {
  const result = file.replace(line, by);
  if (result === file) throw new Error(`Expected ${line} in ${CONFIGURATION}, found nothing like it`);
  return result;
}
