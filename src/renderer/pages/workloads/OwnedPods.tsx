import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { pods as podType, replicaSets as replicaSetType } from '../../../kubernetes/api/resources.ts';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import { podsOf } from '../../kube/owners.ts';
import { useLive } from '../../live/use-live.ts';
import { PodTable } from './PodTable.tsx';

/** The pods of a workload, live. */
export function OwnedPods({ cluster, owner }: { cluster: string; owner: KubeObject }) {
  const { t } = useTranslation();
  const { items: pods } = useLive(cluster, podType);
  const { items: replicaSets } = useLive(cluster, replicaSetType);
  const owned = useMemo(() => podsOf(owner, pods, replicaSets), [owner, pods, replicaSets]);
  return <PodTable cluster={cluster} title={t('details.tabs.pods')} pods={owned} />;
}
