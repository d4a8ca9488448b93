import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guideExamples, VERIFYING } from '../support/inside-service.ts';
import { image, photograph } from '../support/pictures.ts';
import { pythonWithRequests } from '../support/servers/program.ts';
import { type Service, startService } from '../support/service.ts';
import { unpacked } from '../support/unpacked-zip.ts';

const README = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
/** The address that README's commands speak to. */
const README_ADDRESS = 'http://127.0.0.1:8000';

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await startService();
  folder = await mkdtemp(join(tmpdir(), 'imagepro-examples-'));
  // A portrait: what stretches it is found out.
  await image(photograph(900, 1400)).jpeg().toFile(join(folder, 'photo.jpg'));
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

/** How a program ended, and all that it said. */
async function outcomeOf(program: string, args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder }, (error, out, err) =>
      resolve({ code: error ? 1 : 0, said: `${out}${err}` }),
    );
  });
}

/** The examples of every section in one language, as one program. */
function program(language: 'curl' | 'javascript' | 'python'): string {
  const sections = Object.values(guideExamples(service.url)).map((examples) => examples[language]);
  // Each language registers somebody of its own.
  return sections.join('\n\n').replaceAll('ada', `ada-${language}`);
}

type Shape = { format?: string; width?: number; height?: number };

/** The size of the file that an example has left. */
async function sizeOf(name: string): Promise<Shape> {
  return shapeOf(await readFile(join(folder, name)));
}

async function shapeOf(bytes: Buffer): Promise<Shape> {
  const { format, width, height } = await sharp(bytes).metadata();
  return { format, width, height };
}

const LANGUAGES = {
  curl: async () => outcomeOf('bash', ['-e', '-c', program('curl')]),
  javascript: async () => {
    await writeFile(join(folder, 'example.mjs'), program('javascript'));
    return outcomeOf(process.execPath, ['example.mjs']);
  },
  python: async () => outcomeOf(pythonWithRequests(), ['-c', program('python')]),
};

describe.each(Object.entries(LANGUAGES))("the guide's examples for %s", (_language, run) => {
  test('run from registration to download', async () => {
    service.clock.advance(60);
    for (const name of ['result.webp', 'results.zip']) await rm(join(folder, name), { force: true });
    expect(await run()).toMatchObject({ code: 0 });
    expect(await sizeOf('result.webp')).toEqual({ format: 'webp', width: 579, height: 900 });
    const entries = unpacked(join(folder, 'results.zip'));
    expect(await Promise.all(entries.map(async ({ name, bytes }) => [name, await shapeOf(bytes)]))).toEqual([
      ['photo-thumb.jpg', { format: 'jpeg', width: 200, height: 200 }],
      // Nothing is enlarged.
      ['photo-web.webp', { format: 'webp', width: 900, height: 1400 }],
    ]);
  });

  test("stop with the problem's own sentence when they are run again", async () => {
    const { code, said } = await run();
    expect([code, said]).toEqual([1, expect.stringContaining('Expected a username that nobody has, received')]);
  });
});

describe("the guide's code that verifies a webhook", () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const body = '{"type":"webhook.test","data":"ä"}';
  const headersOf = (key: string, at = new Date()) => ({
    'webhook-id': 'a message',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': `v1,AAAA ${new Webhook(key).sign('a message', at, body)}`,
  });
  const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  const old = headersOf(secret, new Date(Date.now() - 301_000));

  /** What the code in one language makes of a message: what it says, or why it is refused. */
  async function outcome(language: 'javascript' | 'python', headers: Record<string, string>, text = body) {
    const given = JSON.stringify([secret, headers, text]);
    if (language === 'javascript') {
      const call = `\nconst [s, h, b] = ${given};\nconsole.log(verified(s, h, Buffer.from(b)).data);\n`;
      await writeFile(join(folder, 'verify.mjs'), VERIFYING.javascript + call);
      return outcomeOf(process.execPath, ['verify.mjs']);
    }
    const call = `\ns, h, b = json.loads(${JSON.stringify(given)})\nprint(ascii(verified(s, h, b.encode())["data"]))\n`;
    return outcomeOf(pythonWithRequests(), ['-c', VERIFYING.python + call]);
  }

  test.each(['javascript', 'python'] as const)('in %s takes what is right, and nothing else', async (language) => {
    expect(await outcome(language, headersOf(secret))).toMatchObject({ code: 0 });
    expect(await outcome(language, headersOf(other))).toMatchObject({
      code: 1,
      said: expect.stringContaining('No signature is right'),
    });
    expect(await outcome(language, headersOf(secret), body.replace('ä', 'a'))).toMatchObject({ code: 1 });
    expect(await outcome(language, old)).toMatchObject({ code: 1, said: expect.stringContaining('too old') });
  });
});

describe("README's", () => {
  /** Its shell block that holds this text, against the service under test. */
  function block(text: string): string {
    const blocks = [...README.matchAll(/```sh\n(.*?)```/gs)].map(([, code = '']) => code);
    const found = blocks.find((code) => code.includes(text));
    if (!found) throw new Error(`README has no shell block with ${text}`);
    return found.replaceAll(README_ADDRESS, service.url);
  }

  test('quick start ends with the picture in a file, in its proportions', async () => {
    service.clock.advance(60);
    const { code, said } = await outcomeOf('bash', ['-c', block('-F original_image=@photo.jpg')]);
    expect([code, said]).toEqual([0, expect.any(String)]);
    expect(await sizeOf('smaller.jpg')).toEqual({ format: 'jpeg', width: 579, height: 900 });
  });

  test('walk can be pasted twice within a minute', async () => {
    service.clock.advance(60);
    for (const _time of [1, 2]) {
      await rm(join(folder, 'photo.webp'), { force: true });
      const { code, said } = await outcomeOf('bash', ['-c', block('/accounts/register/')]);
      expect([code, said]).toEqual([0, expect.stringContaining('"status":"completed"')]);
      expect(await sizeOf('photo.webp')).toEqual({ format: 'webp', width: 579, height: 900 });
    }
  });

  test('several results and batches go on from the walk', async () => {
    service.clock.advance(60);
    const walk = block('/accounts/register/');
    await image(photograph(300, 200)).jpeg().toFile(join(folder, 'smaller.jpg'));
    const program = `${walk}${block('/api/presets/site/')}${block('/api/batches/')}`;
    const { code, said } = await outcomeOf('bash', ['-c', program]);
    expect([code, said]).toEqual([0, expect.stringContaining('"name":"site"')]);
    const names = (zip: string) => unpacked(join(folder, zip)).map(({ name }) => name);
    expect(names('photo.zip')).toEqual(['photo-thumb.jpg', 'photo-web.webp']);
    expect(names('photos.zip')).toEqual([...names('photo.zip'), 'smaller-thumb.jpg', 'smaller-web.webp']);
  });

  test('keys, usage and webhooks go on from the walk', async () => {
    service.clock.advance(60);
    const walk = block('/accounts/register/');
    const program = `${walk}${block('/accounts/keys/')}echo; ${block('/api/usage/')}echo; ${block('/api/webhooks/')}`;
    const { code, said } = await outcomeOf('bash', ['-c', program]);
    expect([code, said]).toEqual([0, expect.any(String)]);
    const [listed, usage, webhook] = said
      .split('\n')
      .filter((line) => line !== '')
      .slice(-3)
      .map((line) => JSON.parse(line));
    expect(listed).toMatchObject({ results: [], next: null });
    expect(usage.results.map(({ operation }: { operation: string }) => operation)).toEqual([
      ...['compress', 'convert', 'resize'],
    ]);
    expect(webhook).toMatchObject({ secret: expect.stringMatching(/^whsec_/), disabled: false });
  });

  test('walk stops with the sentence of what is refused', async () => {
    const walk = block('/accounts/register/').replace('a picture says more', 'password');
    const { code, said } = await outcomeOf('bash', ['-c', walk]);
    expect([code, said]).toEqual([1, expect.stringContaining('Expected a password that is not')]);
    expect(said).not.toContain('undefined');
  });
});
