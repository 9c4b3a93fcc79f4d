import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { kube } from '../ipc/session.ts';
import { VIEWS } from '../pages/registry.ts';
import type { KindView } from '../pages/view.ts';

/** The list pages a cluster has: those whose kind it serves. All, until it has answered. */
export function useServedViews(cluster: string): readonly KindView[] {
  const { data } = useQuery({
    queryKey: ['resources', cluster],
    queryFn: ({ signal }) => kube.resources({ cluster }, signal),
    staleTime: 60_000,
    refetchInterval: (query) => (query.state.data ? 60_000 : 2_000),
  });
  return useMemo(() => {
    if (!data) return VIEWS;
    const served = new Set(data.map(({ group, version, plural }) => `${group}/${version}/${plural}`));
    return VIEWS.filter(({ resource: { group, version, plural } }) => served.has(`${group}/${version}/${plural}`));
  }, [data]);
}
