/**
 * The dependency rule. Modules, in the order in which data flows: accounts, imaging -> image-jobs -> processing ->
 * webhooks, usage; inside each, domain <- application <- infrastructure. Each rule is proved by planted violations in
 * test/integration/dependency-rule.test.ts.
 */
const MODULES = ['accounts', 'imaging', 'image-jobs', 'processing', 'webhooks', 'usage'];
/** What is built of the modules, and known to none of them. */
const TOP = '^src/(web|health|commands)/|^src/[^/]+\\.ts$';
const framework = '^node_modules/(?!(@types)/)';
/** Definitions of operations are domain; what sharp does for them stands beside them, in `*.sharp.ts`. */
const definitions = '^src/imaging/operations/(?!.*\\.sharp\\.ts$)';
const plainShared =
  '^src/shared/(application-error|problems|calendar|clock|each-to-the-end|even-time|expectation|faults|page|snake-case|uuid|tasks/task-queue)\\.ts$';

/** A module knows those named, and none of the others. */
const knowsOnly = (module, known) => ({
  name: `${module}-knows-no-later-module`,
  severity: 'error',
  from: { path: `^src/${module}/` },
  to: { path: `^src/(${MODULES.filter((other) => other !== module && !known.includes(other)).join('|')})/|${TOP}` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-knows-only-domain',
      severity: 'error',
      from: { path: `^src/[^/]+/domain/|${definitions}` },
      to: {
        path: '^src/',
        pathNot: `^src/[^/]+/domain/|${definitions}|${plainShared.replace('|tasks/task-queue', '')}`,
      },
    },
    {
      name: 'application-knows-no-infrastructure',
      severity: 'error',
      from: { path: '^src/[^/]+/application/' },
      to: { path: '^src/', pathNot: `^src/[^/]+/(domain|application)/|${definitions}|${plainShared}` },
    },
    {
      name: 'domain-and-application-know-no-framework',
      severity: 'error',
      from: { path: `^src/[^/]+/(domain|application)/|${definitions}` },
      to: { path: framework },
    },
    {
      name: 'sharp-stays-with-the-pixels',
      comment: 'The API process never loads sharp: whoever needs pixels asks a child process.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/imaging/infrastructure/|^src/imaging/operations/.*\\.sharp\\.ts$' },
      to: { path: '^node_modules/sharp/|\\.sharp\\.ts$' },
    },
    knowsOnly('accounts', []),
    knowsOnly('imaging', []),
    knowsOnly('image-jobs', ['accounts', 'imaging']),
    knowsOnly('processing', ['accounts', 'imaging', 'image-jobs']),
    knowsOnly('webhooks', ['accounts', 'imaging', 'image-jobs', 'processing']),
    knowsOnly('usage', ['accounts', 'imaging', 'image-jobs', 'processing']),
    {
      name: 'no-foreign-infrastructure',
      comment:
        "A module's *.module.ts, its *.settings.ts, the decorators of the caller, the lock of who is let in and the endings of jobs are the only doors to its infrastructure.",
      severity: 'error',
      from: { path: `^src/(${MODULES.join('|')}|web|health)/` },
      to: {
        path: `^src/(${MODULES.join('|')})/infrastructure/`,
        pathNot: [
          '^src/$1/',
          '\\.(module|settings)\\.ts$',
          '^src/accounts/infrastructure/http/caller\\.decorators\\.ts$',
          '^src/accounts/infrastructure/sql/lock-let-in\\.ts$',
          '^src/image-jobs/infrastructure/sql/job-endings\\.ts$',
        ],
      },
    },
    {
      name: 'telemetry-knows-shared-alone',
      severity: 'error',
      from: { path: '^src/telemetry/' },
      to: { path: '^src/', pathNot: '^src/(telemetry|shared)/' },
    },
    {
      name: 'database-knows-schemas-alone',
      severity: 'error',
      from: { path: '^src/database/' },
      to: { path: '^src/', pathNot: '^src/(database|shared)/|\\.schema\\.ts$' },
    },
    {
      name: 'settings-compose-and-know-no-more',
      severity: 'error',
      from: { path: '^src/settings/' },
      to: { path: '^src/', pathNot: '^src/(settings|shared)/|/domain/|\\.settings\\.ts$' },
    },
    {
      name: 'shared-knows-itself-alone',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { path: '^src/', pathNot: '^src/shared/' },
    },
    {
      name: 'settings-are-known-by-section',
      comment: 'Each owner declares its own section and is given that; the whole is for the top alone.',
      severity: 'error',
      from: { path: `^src/(${MODULES.join('|')})/` },
      to: { path: '^src/settings/' },
    },
    {
      name: 'top-is-known-to-itself-alone',
      comment: 'Commands start the service; pages and health show it.',
      severity: 'error',
      from: { path: '^src/(web|health)/' },
      to: { path: '^src/commands/|^src/[^/]+\\.ts$' },
    },
    {
      name: 'pages-know-no-documents',
      comment: 'Documents wear the dress of pages and show the examples of the guide; what both need lies in src/web.',
      severity: 'error',
      from: { path: '^src/web/pages/' },
      to: { path: '^src/web/documents/' },
    },
    {
      name: 'end-to-end-is-http-alone',
      comment:
        'A test that looks into the source is an integration test; what no client can do stands in test/support.',
      severity: 'error',
      from: { path: '^test/e2e/' },
      to: { path: '^src/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      comment: 'Libraries of browsers lie beside the assets only once the build has put them there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^[.]/highlight', '^[.]/idb-keyval'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^generated/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
