import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Node } from '../../../kubernetes/api/generated/core-v1.ts';
import { pods as podType } from '../../../kubernetes/api/resources.ts';
import { UsageCharts } from '../../components/charts/UsageCharts.tsx';
import { Fact, Facts, Section } from '../../components/common/Facts.tsx';
import { Chips } from '../../components/details/Chips.tsx';
import { bytesOf, coresOf, formatBytes, formatCores } from '../../kube/format.ts';
import { useLive } from '../../live/use-live.ts';
import { PodTable } from '../workloads/PodTable.tsx';

/** A node: what it uses, what it has, and the pods on it. */
export function NodeSummary({ cluster, object: node }: { cluster: string; object: Node }) {
  const { t } = useTranslation();
  const { items } = useLive(cluster, podType);
  const name = node.metadata.name ?? '';
  const here = useMemo(() => items.filter((pod) => pod.spec.nodeName === name), [items, name]);
  const { nodeInfo, addresses, capacity, allocatable } = node.status ?? {};
  return (
    <>
      <UsageCharts
        cluster={cluster}
        subject={{ kind: 'node', name }}
        limits={{ cpu: coresOf(allocatable?.cpu), memory: bytesOf(allocatable?.memory) }}
      />
      <PodTable cluster={cluster} title={t('details.podsHere')} pods={here} />
      <Section title={t('details.system')}>
        <Facts>
          <Fact label={t('details.addresses')}>{addresses?.map((address) => `${address.type} ${address.address}`).join(', ')}</Fact>
          <Fact label={t('details.capacity')}>{capacity ? sizeText(capacity) : undefined}</Fact>
          <Fact label={t('details.allocatable')}>{allocatable ? sizeText(allocatable) : undefined}</Fact>
          <Fact label={t('details.taints')}>
            {node.spec?.taints ? (
              <Chips texts={node.spec.taints.map((taint) => `${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`)} />
            ) : undefined}
          </Fact>
          <Fact label={t('details.kubelet')}>{nodeInfo?.kubeletVersion}</Fact>
          <Fact label={t('details.runtime')}>{nodeInfo?.containerRuntimeVersion}</Fact>
          <Fact label={t('details.os')}>{nodeInfo ? `${nodeInfo.osImage} (${nodeInfo.architecture})` : undefined}</Fact>
          <Fact label={t('details.kernel')}>{nodeInfo?.kernelVersion}</Fact>
        </Facts>
      </Section>
    </>
  );
}

function sizeText(size: Record<string, string>): string {
  return `${formatCores(coresOf(size.cpu))} CPU, ${formatBytes(bytesOf(size.memory))}, ${size.pods ?? '?'} pods`;
}
