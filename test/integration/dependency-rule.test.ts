import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const RULES = join(ROOT, '.dependency-cruiser.cjs');
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

const { forbidden } = createRequire(import.meta.url)(RULES) as { forbidden: { name: string; severity: string }[] };

/** Planted violations: the rule, the file that breaks it, and what that file imports. */
const VIOLATIONS: [rule: string, from: string, to: string][] = [
  ['domain-knows-only-domain', 'src/accounts/domain/account.ts', 'src/accounts/application/log-in.ts'],
  ['domain-knows-only-domain', 'src/image-jobs/domain/job.ts', 'src/image-jobs/infrastructure/job.schema.ts'],
  ['domain-knows-only-domain', 'src/processing/domain/plan.ts', 'src/settings/settings.ts'],
  ['domain-knows-only-domain', 'src/processing/domain/pass.ts', 'src/shared/tasks/task-queue.ts'],
  ['domain-knows-only-domain', 'src/processing/domain/error.ts', 'src/shared/http/problem.ts'],
  [
    'application-knows-no-infrastructure',
    'src/accounts/application/register.ts',
    'src/accounts/infrastructure/hasher.ts',
  ],
  ['application-knows-no-infrastructure', 'src/image-jobs/application/submit.ts', 'src/settings/settings.ts'],
  ['application-knows-no-infrastructure', 'src/processing/application/process.ts', 'src/database/orm.ts'],
  ['domain-and-application-know-no-framework', 'src/accounts/domain/name.ts', 'some-framework'],
  ['domain-and-application-know-no-framework', 'src/processing/application/transform.ts', '@scoped/some-orm'],
  ['domain-knows-only-domain', 'src/imaging/operations/turn/turn.ts', 'src/imaging/operations/turn/turn.sharp.ts'],
  ['domain-and-application-know-no-framework', 'src/imaging/operations/turn/turned.ts', 'some-framework'],
  ['sharp-stays-with-the-pixels', 'src/imaging/domain/width.ts', 'sharp'],
  ['sharp-stays-with-the-pixels', 'src/image-jobs/infrastructure/files/size.ts', 'sharp'],
  ['accounts-knows-no-later-module', 'src/accounts/infrastructure/a.ts', 'src/image-jobs/domain/a.ts'],
  ['accounts-knows-no-later-module', 'src/accounts/application/b.ts', 'src/processing/application/b.ts'],
  ['accounts-knows-no-later-module', 'src/accounts/domain/b.ts', 'src/imaging/domain/b.ts'],
  ['accounts-knows-no-later-module', 'src/accounts/infrastructure/c.ts', 'src/web/c.ts'],
  ['imaging-knows-no-later-module', 'src/imaging/domain/a.ts', 'src/accounts/domain/a.ts'],
  ['imaging-knows-no-later-module', 'src/imaging/infrastructure/b.ts', 'src/image-jobs/application/b.ts'],
  ['image-jobs-knows-no-later-module', 'src/image-jobs/application/d.ts', 'src/processing/application/d.ts'],
  ['image-jobs-knows-no-later-module', 'src/image-jobs/infrastructure/e.ts', 'src/web/e.ts'],
  ['processing-knows-no-later-module', 'src/processing/infrastructure/f.ts', 'src/web/f.ts'],
  ['processing-knows-no-later-module', 'src/processing/application/f.ts', 'src/webhooks/application/f.ts'],
  ['webhooks-knows-no-later-module', 'src/webhooks/application/f.ts', 'src/usage/application/f.ts'],
  ['domain-knows-only-domain', 'src/usage/domain/line.ts', 'src/usage/application/read.ts'],
  ['application-knows-no-infrastructure', 'src/usage/application/read.ts', 'src/database/statements.ts'],
  ['usage-knows-no-later-module', 'src/usage/application/g.ts', 'src/webhooks/application/h.ts'],
  ['telemetry-knows-shared-alone', 'src/telemetry/a.ts', 'src/accounts/domain/a.ts'],
  ['telemetry-knows-shared-alone', 'src/telemetry/s.ts', 'src/settings/settings.ts'],
  ['telemetry-knows-shared-alone', 'src/telemetry/t.ts', 'src/database/t.ts'],
  ['database-knows-schemas-alone', 'src/database/a.ts', 'src/image-jobs/infrastructure/sql/repository.ts'],
  ['database-knows-schemas-alone', 'src/database/s.ts', 'src/settings/settings.ts'],
  ['database-knows-schemas-alone', 'src/database/t.ts', 'src/telemetry/u.ts'],
  ['settings-compose-and-know-no-more', 'src/settings/a.ts', 'src/accounts/application/a.ts'],
  ['settings-compose-and-know-no-more', 'src/settings/b.ts', 'src/database/orm.ts'],
  ['settings-are-known-by-section', 'src/accounts/infrastructure/s.ts', 'src/settings/settings.ts'],
  ['settings-are-known-by-section', 'src/usage/infrastructure/s.ts', 'src/settings/settings.ts'],
  ['top-is-known-to-itself-alone', 'src/web/pages/a.ts', 'src/commands/a.ts'],
  ['top-is-known-to-itself-alone', 'src/health/a.ts', 'src/start.ts'],
  ['pages-know-no-documents', 'src/web/pages/b.ts', 'src/web/documents/b.ts'],
  ['no-foreign-infrastructure', 'src/image-jobs/infrastructure/g.ts', 'src/accounts/infrastructure/g.ts'],
  ['no-foreign-infrastructure', 'src/processing/infrastructure/h.ts', 'src/image-jobs/infrastructure/h.ts'],
  ['no-foreign-infrastructure', 'src/webhooks/infrastructure/g.ts', 'src/image-jobs/infrastructure/h.ts'],
  ['no-foreign-infrastructure', 'src/usage/infrastructure/g.ts', 'src/accounts/infrastructure/g.ts'],
  ['no-foreign-infrastructure', 'src/web/i.ts', 'src/accounts/infrastructure/http/i.ts'],
  ['no-foreign-infrastructure', 'src/health/i.ts', 'src/image-jobs/infrastructure/h.ts'],
  ['shared-knows-itself-alone', 'src/shared/j.ts', 'src/accounts/domain/j.ts'],
  ['shared-knows-itself-alone', 'src/shared/http/k.ts', 'src/image-jobs/application/k.ts'],
  ['shared-knows-itself-alone', 'src/shared/s.ts', 'src/settings/settings.ts'],
  ['shared-knows-itself-alone', 'src/shared/d.ts', 'src/database/orm.ts'],
  ['end-to-end-is-http-alone', 'test/e2e/m.test.ts', 'src/accounts/domain/m.ts'],
  ['no-unresolved', 'src/accounts/infrastructure/l.ts', 'src/accounts/infrastructure/missing.ts'],
];

/** What the rule allows, from each layer and module. */
const ALLOWED: [from: string, to: string][] = [
  ['src/accounts/domain/ok.ts', 'src/shared/application-error.ts'],
  ['src/accounts/domain/ok-too.ts', 'src/accounts/domain/ok.ts'],
  ['src/accounts/domain/ok-node.ts', 'node:net'],
  ['src/accounts/application/ok.ts', 'src/accounts/domain/ok.ts'],
  ['src/accounts/infrastructure/ok.ts', 'src/accounts/application/ok.ts'],
  ['src/accounts/infrastructure/ok-framework.ts', 'some-framework'],
  ['src/settings/settings.ts', 'src/accounts/infrastructure/accounts.settings.ts'],
  ['src/accounts/infrastructure/accounts.module.ts', 'src/accounts/infrastructure/accounts.settings.ts'],
  ['src/processing/infrastructure/processing.module.ts', 'src/image-jobs/infrastructure/image-jobs.settings.ts'],
  ['src/base.module.ts', 'src/settings/settings.ts'],
  ['src/accounts/infrastructure/http/caller.decorators.ts', 'src/accounts/domain/ok.ts'],
  ['src/image-jobs/domain/ok.ts', 'src/accounts/domain/ok.ts'],
  ['src/image-jobs/application/ok.ts', 'src/accounts/application/ok.ts'],
  ['src/image-jobs/infrastructure/ok-module.ts', 'src/accounts/infrastructure/accounts.module.ts'],
  ['src/image-jobs/infrastructure/ok.ts', 'src/accounts/infrastructure/http/caller.decorators.ts'],
  ['src/processing/application/ok.ts', 'src/image-jobs/application/ok.ts'],
  ['src/usage/infrastructure/ok.ts', 'src/image-jobs/infrastructure/sql/job-endings.ts'],
  ['src/web/ok.ts', 'src/processing/application/ok.ts'],
  ['src/web/documents/ok.ts', 'src/web/pages/ok.ts'],
  ['src/imaging/domain/outcome.ts', 'src/imaging/operations/resize/resize.ts'],
  ['src/imaging/operations/resize/resize.sharp.ts', 'sharp'],
  ['src/database/ok.ts', 'src/accounts/infrastructure/sql/ok.schema.ts'],
  ['src/settings/ok.ts', 'src/accounts/domain/ok.ts'],
];

/** Two files that know each other. */
const CIRCLE: [string, string][] = [
  ['src/accounts/infrastructure/round.ts', 'src/accounts/infrastructure/about.ts'],
  ['src/accounts/infrastructure/about.ts', 'src/accounts/infrastructure/round.ts'],
];

interface Cruise {
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

let tree: string;
let found: string[];

async function plant(imports: [string, string][]): Promise<void> {
  for (const [from, to] of imports) {
    const specifier = to.startsWith('src/') ? `${'../'.repeat(from.split('/').length - 1)}${to}` : to;
    await write(from, `import '${specifier}';\nimport type { Type } from '${specifier}';\nexport type { Type };\n`);
  }
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true });
  await writeFile(join(tree, path), content);
}

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
  const planted: [string, string][] = [
    ...VIOLATIONS.map(([, from, to]): [string, string] => [from, to]),
    ...ALLOWED,
    ...CIRCLE,
  ];
  for (const [, to] of planted) {
    if (to.startsWith('src/') && !to.includes('missing')) await write(to, 'export type Type = string;\n');
  }
  await plant(planted);
  for (const name of ['some-framework', '@scoped/some-orm', 'sharp']) {
    await write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    await write(`node_modules/${name}/index.js`, 'export const Type = 1;\n');
  }
  await write(
    'package.json',
    JSON.stringify({ type: 'module', dependencies: { 'some-framework': '1', '@scoped/some-orm': '1', sharp: '1' } }),
  );
  await write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { module: 'nodenext', moduleResolution: 'nodenext' } }),
  );
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [CRUISER, 'src', 'test', '--config', RULES, '--output-type', 'json'],
    { cwd: tree, maxBuffer: 64 * 1024 * 1024 },
  ).catch((error: { stdout: string; stderr: string }) => {
    // It fails because of the violations; a failure that is none of them says nothing on stdout.
    if (error.stdout === '') throw new Error(error.stderr);
    return error;
  });
  const { summary } = JSON.parse(stdout) as Cruise;
  found = [...new Set(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`))];
}, 60_000);
afterAll(() => rm(tree, { recursive: true, force: true }));

describe('the dependency rule', () => {
  test('fails the check wherever it is broken', () => {
    expect(forbidden.map(({ severity }) => severity)).toEqual(forbidden.map(() => 'error'));
  });

  test.each(VIOLATIONS)('%s fires on %s, which imports %s', (rule, from, to) => {
    const start = `${rule}: ${from} -> `;
    const targets = found
      .filter((violation) => violation.startsWith(start))
      .map((violation) => violation.slice(start.length));
    const target = to.startsWith('src/') && !to.includes('missing') ? to : (to.split('/').at(-1) as string);
    expect(targets).toEqual([expect.stringContaining(target)]);
  });

  test('no-circles fires on two files that know each other', () => {
    const circles = found.filter((violation) => violation.startsWith('no-circles: '));
    // A circle is reported once, from whichever file was read first.
    expect(circles).toEqual([expect.stringMatching(/(round|about)\.ts -> \S+\/(round|about)\.ts$/)]);
  });

  test('has a planted violation for each of its rules', () => {
    const rules = new Set([...VIOLATIONS.map(([rule]) => rule), 'no-circles']);
    expect([...rules].sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });

  test.each(ALLOWED)('lets %s import %s', (from) => {
    expect(found.filter((violation) => violation.includes(`: ${from} -> `))).toEqual([]);
  });
});
