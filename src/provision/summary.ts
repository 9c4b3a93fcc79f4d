import type { ClusterNode, ClusterSummary } from '../ipc/cluster.ts';
import type { Machine } from './provider.ts';
import type { ClusterRecord } from './state/cluster-store.ts';

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

type State = Pick<ClusterSummary, 'state' | 'error'>;

function stateOf(record: ClusterRecord, nodes: readonly ClusterNode[], isBusy: boolean): State {
  const inProgress = isBusy || (record.pid !== process.pid && isAlive(record.pid));
  if (record.phase === 'failed') return { state: 'failed', ...(record.error ? { error: record.error } : {}) };
  if (record.phase !== 'ready' && inProgress) return { state: record.phase };
  if (record.phase === 'creating')
    return { state: 'failed', error: 'The creation was interrupted. Delete the cluster and create it again.' };
  if (record.phase === 'deleting') return { state: 'failed', error: 'The deletion was interrupted. Delete the cluster again.' };
  return { state: nodes.some(({ role, state }) => role === 'control-plane' && state === 'running') ? 'running' : 'stopped' };
}

/** What is remembered, joined with what is there. Machines nobody remembers are listed too, so that they can be deleted. */
export function summarize(
  records: readonly ClusterRecord[],
  machines: readonly Machine[],
  isBusy: (cluster: string) => boolean,
): ClusterSummary[] {
  const remembered = records.map((record): ClusterSummary => {
    const { name, apiPort } = record.spec;
    const found = new Map(machines.filter(({ cluster }) => cluster === name).map((machine) => [machine.nodeName, machine]));
    const missing = record.phase === 'creating' ? 'creating' : record.phase === 'failed' ? 'failed' : 'stopped';
    const nodes = record.nodes.map(
      (nodeName, index): ClusterNode => ({
        name: nodeName,
        role: index === 0 ? 'control-plane' : 'worker',
        state: found.get(nodeName)?.state ?? missing,
      }),
    );
    return { name, nodes, apiServer: `https://127.0.0.1:${apiPort}`, createdAt: record.createdAt, ...stateOf(record, nodes, isBusy(name)) };
  });
  const known = new Set(records.map(({ spec }) => spec.name));
  const orphans = Map.groupBy(
    machines.filter(({ cluster }) => !known.has(cluster)),
    ({ cluster }) => cluster,
  );
  const forgotten = [...orphans].map(
    ([name, nodes]): ClusterSummary => ({
      name,
      state: 'failed',
      error: 'Its certificates are not on this computer. Delete the cluster to remove its nodes.',
      nodes: nodes.map(({ nodeName, role, state }) => ({ name: nodeName, role, state })),
      createdAt: new Date(0).toISOString(),
    }),
  );
  return [...remembered, ...forgotten].sort((a, b) => a.name.localeCompare(b.name));
}
