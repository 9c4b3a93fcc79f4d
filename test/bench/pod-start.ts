// Time from creating a pod to its Ready condition, one pod after the other, then ten at a time:
// node test/bench/pod-start.ts CONTEXT-KUBECONFIG [--pods 50]. The busybox test image must be loaded.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Pod } from '../../src/kubernetes/api/generated/core-v1.ts';
import { pods } from '../../src/kubernetes/api/resources.ts';
import type { ApiClient } from '../../src/kubernetes/client/api-client.ts';
import { connect } from '../../src/kubernetes/client/connect.ts';
import { loadKubeconfig } from '../../src/kubernetes/client/kubeconfig.ts';
import { BUSYBOX } from '../support/busybox-image.ts';
import { percentile } from './statistics.ts';

const { values, positionals } = parseArgs({ options: { pods: { type: 'string', default: '50' } }, allowPositionals: true });
const [kubeconfig] = positionals;
if (!kubeconfig) throw new Error('which kubeconfig?');
using api = connect(loadKubeconfig(readFileSync(kubeconfig, 'utf8')));
const namespace = 'default';

const isReady = (pod: Pod) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

async function startOne(client: ApiClient, name: string): Promise<number> {
  const stop = new AbortController();
  const startedAt = performance.now();
  const spec: Pod['spec'] = {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'main', image: BUSYBOX, command: ['sleep', '1000'] }],
  };
  const created = await client.create<Pod>(pods, { metadata: { name, namespace }, spec });
  const options = { namespace, fieldSelector: `metadata.name=${name}`, resourceVersion: created.metadata.resourceVersion! };
  for await (const { object } of client.watch(pods, options, stop.signal)) if (isReady(object)) break;
  const duration = performance.now() - startedAt;
  stop.abort();
  await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 });
  return duration;
}

const print = (what: string, samples: number[]) => {
  const at = (share: number) => `${percentile(samples, share).toFixed(0)} ms`;
  console.log(`${what}: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)} (${samples.length} pods)`);
};

const count = Number(values.pods);
const alone: number[] = [];
for (let index = 0; index < count; index++) alone.push(await startOne(api, `bench-alone-${index}`));
print('one at a time', alone);
const together: number[] = [];
for (let round = 0; round < count / 10; round++) {
  together.push(...(await Promise.all(Array.from({ length: 10 }, (_, index) => startOne(api, `bench-together-${round}-${index}`)))));
}
print('ten at a time', together);
