import { useTranslation } from 'react-i18next';
import type { Pod } from '../../../kubernetes/api/generated/core-v1.ts';
import { UsageCharts } from '../../components/charts/UsageCharts.tsx';
import { Fact, Facts, Section } from '../../components/common/Facts.tsx';
import { ObjectLink } from '../../components/common/ObjectLink.tsx';
import { containerStanding, readiness } from '../../kube/pods.ts';
import { ContainerCard } from './ContainerCard.tsx';

/** What runs in a pod, where, and what it uses. */
export function PodSummary({ cluster, object: pod }: { cluster: string; object: Pod }) {
  const { t } = useTranslation();
  const { spec, status, metadata } = pod;
  const statuses = new Map(
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])].map(
      (each) => [each.name, each],
    ),
  );
  const { ready, total } = readiness(pod);
  const card = (container: Pod['spec']['containers'][number]) => (
    <ContainerCard
      key={container.name}
      cluster={cluster}
      pod={pod}
      container={container}
      status={statuses.get(container.name)}
      standing={containerStanding(statuses.get(container.name))}
    />
  );
  return (
    <>
      <Section title={t('details.containers')} aside={<span className="dim num">{`${ready}/${total}`}</span>}>
        {spec.containers.map(card)}
      </Section>
      {spec.initContainers?.length ? <Section title={t('details.initContainers')}>{spec.initContainers.map(card)}</Section> : null}
      <UsageCharts cluster={cluster} subject={{ kind: 'pod', namespace: metadata.namespace ?? '', name: metadata.name ?? '' }} />
      <Section title={t('columns.node')}>
        <Facts>
          <Fact label={t('details.node')}>
            {spec.nodeName ? <ObjectLink cluster={cluster} kind="Node" name={spec.nodeName} /> : undefined}
          </Fact>
          <Fact label={t('details.podIp')}>{status?.podIP}</Fact>
          <Fact label={t('details.hostIp')}>{status?.hostIP}</Fact>
          <Fact label={t('details.qos')}>{status?.qosClass}</Fact>
          <Fact label={t('details.serviceAccount')}>{spec.serviceAccountName}</Fact>
        </Facts>
      </Section>
    </>
  );
}
