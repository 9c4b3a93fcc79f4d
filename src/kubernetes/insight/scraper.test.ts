import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { silentLog } from '../../base/log.ts';
import type { Node } from '../api/generated/core-v1.ts';
import type { KubeletAddress } from './kubelet-client.ts';
import { Scraper } from './scraper.ts';
import type { Summary } from './summary.ts';

const node = (name: string, address: string): Node => ({
  metadata: { name },
  spec: {},
  status: { addresses: [{ type: 'InternalIP', address }], daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } },
});

function harness(nodes: Node[]) {
  const clock = new FakeClock('2030-01-01T00:00:03Z');
  const asked: KubeletAddress[] = [];
  const said: string[] = [];
  const down = new Set<string>();
  let seconds = 0;
  const scraper = new Scraper({
    nodes: { get: () => undefined, list: () => nodes, byIndex: () => [] },
    async read(kubelet): Promise<Summary> {
      asked.push(kubelet);
      if (down.has(kubelet.name)) throw new Error('connection refused');
      seconds += 1;
      return { node: { nodeName: kubelet.name, cpu: { usageCoreNanoSeconds: seconds * 1e9 }, memory: { workingSetBytes: 1 } } };
    },
    interval: 10_000,
    clock,
    log: silentLog,
    onUse: ({ node: name, at }) => said.push(`${name} at ${new Date(at).toISOString().slice(17, 19)}`),
    onSilence: (name) => said.push(`${name} silent`),
    onRound: () => {},
  });
  return { scraper, clock, asked, said, down, nodes };
}

test('rounds come soon at first, then on the grid of the interval', async () => {
  const { scraper, clock, said, asked } = harness([node('a', '192.0.2.1')]);
  const stop = new AbortController();
  const running = scraper.run(stop.signal);
  await clock.advance(30_000);
  stop.abort();
  await running;
  expect(asked[0]).toEqual({ name: 'a', address: '192.0.2.1', port: 10250 });
  expect(said).toEqual(['a at 04', 'a at 06', 'a at 10', 'a at 20', 'a at 30']);
});

test('a node that does not answer, or is gone, has no use', async () => {
  const { scraper, clock, said, down, nodes } = harness([node('a', '192.0.2.1'), node('b', '192.0.2.2')]);
  const { signal } = new AbortController();
  await scraper.round(signal);
  await clock.advance(1000);
  down.add('a');
  await scraper.round(signal);
  nodes.splice(1, 1);
  await scraper.round(signal);
  expect(said).toEqual(['a silent', 'b at 04', 'b silent', 'a silent']);
});
