import { readFile } from 'node:fs/promises';
import type { BenchRun } from '../bench-run.ts';
import { Client, type UploadForm, uploadForm } from '../client.ts';
import { Deployment } from '../deployment.ts';
import { markdownTable } from '../figures.ts';
import { inFlight } from '../in-flight.ts';
import type { ByPart } from '../process-tree.ts';
import { SMALLEST_WORK } from '../works.ts';

const IN_FLIGHT = 8;
/** 5,000 show whether it is flat; they take two minutes or more. */
const JOBS = Number(process.env.MEMORY_JOBS ?? 1000);
const SAMPLES = 5;
const MEGABYTE = 1_000_000;

/** Memory of each process of the embedded service, through many jobs of 2 MP whose clients poll every 50 ms. */
export async function measureMemory(run: BenchRun): Promise<void> {
  const deployment = await Deployment.embedded(run.folder);
  try {
    const client = await Client.signedIn(deployment.url);
    const sources = run.photographs[SMALLEST_WORK.source];
    const forms = await Promise.all(
      sources.map(async (path) => uploadForm(await readFile(path), SMALLEST_WORK.operations)),
    );
    const step = Math.ceil((JOBS * run.length) / SAMPLES);
    const samples = [byName(deployment.memory())];
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      await inFlight(step, IN_FLIGHT, (index) => client.serve(forms[index % forms.length] as UploadForm, 50));
      samples.push(byName(deployment.memory()));
    }
    const names = Object.keys(samples.at(-1) ?? {});
    const row = (name: string, of: (sample: ByPart) => number) => [
      name,
      ...samples.map((sample) => (of(sample) / MEGABYTE).toFixed(0)),
    ];
    const rows = names.map((name) => row(name, (sample) => sample[name] ?? 0));
    const total = row('all (goal ≤ 380, flat)', (sample) =>
      Object.values(sample).reduce((sum, bytes) => sum + bytes, 0),
    );
    run.say(
      markdownTable(['MB (PSS) after jobs', ...samples.map((_, index) => String(index * step))], [...rows, total]),
    );
  } finally {
    await deployment.stop();
  }
}

/** Image processes are replaced by others now and then: they go by their order, not by their ids. */
function byName(memory: ByPart): ByPart {
  const seen = new Map<string, number>();
  const named = Object.entries(memory).map(([process, bytes]) => {
    const name = process.replace(/ \d+$/, '');
    const index = (seen.get(name) ?? 0) + 1;
    seen.set(name, index);
    return [index === 1 ? name : `${name} ${index}`, bytes] as const;
  });
  return Object.fromEntries(named);
}
