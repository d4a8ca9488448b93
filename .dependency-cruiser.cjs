/** The dependency rule: accounts <- image-jobs <- processing, and domain <- application <- infrastructure. */
const framework = '^node_modules/(?!(@types)/)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-knows-only-domain',
      severity: 'error',
      from: { path: '^src/[^/]+/domain/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/[^/]+/domain/|^src/imaging/operations/|^src/shared/(application-error|problems|clock|expectation)\\.ts$',
      },
    },
    {
      name: 'application-knows-no-infrastructure',
      severity: 'error',
      from: { path: '^src/[^/]+/application/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/[^/]+/(domain|application)/|^src/imaging/operations/|^src/shared/(application-error|problems|clock|tasks/task-queue|expectation)\\.ts$',
      },
    },
    {
      name: 'domain-and-application-know-no-framework',
      severity: 'error',
      from: { path: '^src/[^/]+/(domain|application)/' },
      to: { path: framework },
    },
    {
      name: 'accounts-know-no-other-module',
      severity: 'error',
      from: { path: '^src/accounts/' },
      to: { path: '^src/(image-jobs|processing|web)/' },
    },
    {
      name: 'image-jobs-do-not-know-processing',
      severity: 'error',
      from: { path: '^src/image-jobs/' },
      to: { path: '^src/(processing|web)/' },
    },
    {
      name: 'processing-does-not-know-web',
      severity: 'error',
      from: { path: '^src/processing/' },
      to: { path: '^src/web/' },
    },
    {
      name: 'no-foreign-infrastructure',
      comment: "A module's *.module.ts and the decorators of the caller are the only doors to its infrastructure.",
      severity: 'error',
      from: {
        path: '^src/(accounts|image-jobs|processing|web)/',
        pathNot: '^src/web/documents/openapi-document\\.ts$',
      },
      to: {
        path: '^src/(accounts|image-jobs|processing|web)/infrastructure/',
        pathNot: ['^src/$1/', '\\.module\\.ts$', '^src/accounts/infrastructure/http/caller\\.decorators\\.ts$'],
      },
    },
    {
      name: 'shared-knows-no-module',
      severity: 'error',
      from: { path: '^src/shared/', pathNot: '^src/database/mikro-orm\\.config\\.ts$' },
      to: { path: '^src/(accounts|image-jobs|processing|web)/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^generated/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
