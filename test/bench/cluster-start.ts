// How long a click on Create takes, step by step: node test/bench/cluster-start.ts [--runs 5] [--workers 2]
// The node image must be in Docker already (run it once). Prints medians in seconds.
import { parseArgs } from 'node:util';
import type { ProvisionStep } from '../../src/ipc/cluster.ts';
import { localClusterService } from '../../src/provision/local-service.ts';
import { testHome, uniqueName } from '../support/test-cluster.ts';
import { median } from './statistics.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, workers: { type: 'string', default: '2' } } });
const home = await testHome();
const clusters = await localClusterService({ ...process.env, ...home.env });
const byStep = new Map<string, number[]>();
const totals: number[] = [];

function note({ state, title, durationMs = 0 }: ProvisionStep): void {
  if (state === 'done') byStep.set(title, [...(byStep.get(title) ?? []), durationMs]);
}

try {
  for (let run = 0; run < Number(values.runs); run++) {
    const name = uniqueName('bench');
    const startedAt = performance.now();
    await clusters.create({ name, controlPlanes: 1, workers: Number(values.workers) }, { onStep: note });
    totals.push(performance.now() - startedAt);
    await clusters.delete(name);
  }
} finally {
  await home.remove();
}
const seconds = (samples: readonly number[]) => (median(samples) / 1000).toFixed(2);
for (const [title, samples] of byStep)
  if (samples.length === totals.length) console.log(`${seconds(samples).padStart(6)}  ${title.replace(/slipway-\S+/, 'slipway-…')}`);
console.log(`${seconds(totals).padStart(6)}  in all (${totals.map((total) => (total / 1000).toFixed(1)).join(', ')})`);
