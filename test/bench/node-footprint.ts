// Memory and idle CPU of every process of every node: node test/bench/node-footprint.ts CLUSTER [--seconds 60]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { succeed } from '../support/process.ts';

/** Prints for each process: id, CPU ticks, RSS and PSS in KiB, command line. */
const PROBE = `for p in /proc/[0-9]*; do
  command=$(tr '\\0' ' ' < $p/cmdline 2>/dev/null | cut -c1-90); [ -n "$command" ] || continue
  pss=$(sed -n 's/^Pss: *\\([0-9]*\\) kB/\\1/p' $p/smaps_rollup); rss=$(sed -n 's/^Rss: *\\([0-9]*\\) kB/\\1/p' $p/smaps_rollup)
  set -- $(sed 's/.*) //' $p/stat)
  echo "\${p#/proc/} $((\${12} + \${13})) $rss $pss $command"
done`;
const TICKS_PER_SECOND = 100;

interface Sample {
  ticks: number;
  rss: number;
  pss: number;
  command: string;
}

async function sample(container: string): Promise<Map<string, Sample>> {
  const output = await succeed('docker', ['exec', container, 'sh', '-c', PROBE]);
  const rows = output.split('\n').map((line) => /^(\d+) (\d+) (\d+) (\d+) (.*)$/.exec(line));
  return new Map(
    rows.flatMap((row) => (row ? [[row[1]!, { ticks: Number(row[2]), rss: Number(row[3]), pss: Number(row[4]), command: row[5]! }]] : [])),
  );
}

const { values, positionals } = parseArgs({ options: { seconds: { type: 'string', default: '60' } }, allowPositionals: true });
const [cluster = 'dev'] = positionals;
const containers = (await succeed('docker', ['ps', '--filter', `label=dev.slipway.cluster=${cluster}`, '--format', '{{.Names}}']))
  .split('\n')
  .filter(Boolean)
  .sort();
const before = await Promise.all(containers.map(sample));
await sleep(Number(values.seconds) * 1000);
const after = await Promise.all(containers.map(sample));

for (const [index, container] of containers.entries()) {
  console.log(`\n${container}\n${'RSS MB'.padStart(8)}${'PSS MB'.padStart(8)}${'CPU %'.padStart(8)}  command`);
  const processes = [...(after[index] ?? [])].filter(([id]) => before[index]?.has(id));
  const total = { rss: 0, pss: 0, cpu: 0 };
  for (const [id, { ticks, rss, pss, command }] of processes.sort(([, a], [, b]) => b.rss - a.rss)) {
    const cpu = ((ticks - (before[index]?.get(id)?.ticks ?? 0)) / TICKS_PER_SECOND / Number(values.seconds)) * 100;
    total.rss += rss / 1000;
    total.pss += pss / 1000;
    total.cpu += cpu;
    if (rss > 2000)
      console.log(`${(rss / 1000).toFixed(1).padStart(8)}${(pss / 1000).toFixed(1).padStart(8)}${cpu.toFixed(2).padStart(8)}  ${command}`);
  }
  console.log(`${total.rss.toFixed(1).padStart(8)}${total.pss.toFixed(1).padStart(8)}${total.cpu.toFixed(2).padStart(8)}  in all`);
}
