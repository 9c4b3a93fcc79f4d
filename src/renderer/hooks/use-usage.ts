import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { UsageSample } from '../../ipc/metrics.ts';
import { nodes, pods } from '../../kubernetes/api/resources.ts';
import type { ResourceType } from '../../kubernetes/machinery/resource.ts';
import { metrics } from '../ipc/session.ts';

const REFRESH_MS = 10_000;

/** The latest CPU and memory of every pod and node; absent where the cluster does not measure (yet). */
export function useLatestUse(cluster: string, enabled = true) {
  return useQuery({
    queryKey: ['usage', cluster],
    queryFn: ({ signal }) => metrics.latest({ cluster }, signal),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
    retry: false,
    enabled,
  });
}

/** Looks up use by object key, for the kinds that have any. */
export function useUsage(cluster: string, resource: ResourceType): (key: string) => UsageSample | undefined {
  const field = resource === pods ? 'pods' : resource === nodes ? 'nodes' : undefined;
  const { data } = useLatestUse(cluster, field !== undefined);
  return useMemo(() => {
    const byKey = new Map(field ? data?.[field].map((sample) => [sample.key, sample]) : []);
    return (key) => byKey.get(key);
  }, [data, field]);
}
