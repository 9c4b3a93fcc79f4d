import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ClusterSummary, ProvisionStep } from '../../ipc/cluster.ts';
import { clusters } from '../ipc/session.ts';
import { forgetCluster } from '../live/use-live.ts';

const CLUSTERS = ['clusters'] as const;
const stepsKey = (name: string) => ['steps', name] as const;

/** All clusters; changed at once by events, and asked for now and then for what other programs did. */
export function useClusters() {
  return useQuery({ queryKey: CLUSTERS, queryFn: ({ signal }) => clusters.list(undefined, signal), refetchInterval: 5_000 });
}

export function useCluster(name: string | undefined): ClusterSummary | undefined {
  return useClusters().data?.find((cluster) => cluster.name === name);
}

/** The engine that makes nodes; looked for again while it is missing. */
export function useEngine() {
  return useQuery({
    queryKey: ['engine'],
    queryFn: ({ signal }) => clusters.engine(undefined, signal),
    refetchInterval: (query) => (query.state.data?.available ? 30_000 : 3_000),
  });
}

/** The steps of a cluster's latest operation, live. */
export function useSteps(name: string) {
  return useQuery({ queryKey: stepsKey(name), queryFn: ({ signal }) => clusters.steps({ name }, signal), staleTime: 0 });
}

/** Feeds what main tells about clusters into the caches. Mounted once. */
export function useClusterEvents(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const stopChanged = clusters.changed((list) => {
      const before = queries.getQueryData<ClusterSummary[]>(CLUSTERS) ?? [];
      for (const gone of before.filter((cluster) => !list.some((each) => each.name === cluster.name))) forgetCluster(gone.name);
      queries.setQueryData(CLUSTERS, list);
    });
    const stopProgress = clusters.progress((step) => {
      queries.setQueryData<ProvisionStep[]>(stepsKey(step.cluster), (steps) => withStep(steps ?? [], step));
    });
    return () => {
      stopChanged();
      stopProgress();
    };
  }, [queries]);
}

/** A step of another operation than those known begins a new list. */
function withStep(steps: readonly ProvisionStep[], step: ProvisionStep): ProvisionStep[] {
  const same = steps.filter((each) => each.operation === step.operation);
  const at = same.findIndex((each) => each.step === step.step);
  return at < 0 ? [...same, step] : same.with(at, step);
}
