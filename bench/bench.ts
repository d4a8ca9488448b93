/** Measurements that are programs of their own: `npm run bench -- NAME`. All else is for the run of the compiled service. */
const APART = [
  'batches',
  'budgets',
  'encoders',
  'estimates',
  'operations',
  'outputs',
  'pages',
  'paging',
  'sizing',
  'stalls',
  'waiting',
];

const [name = ''] = process.argv.slice(2);
await import(APART.includes(name) ? `./${name}.ts` : './run.ts');
