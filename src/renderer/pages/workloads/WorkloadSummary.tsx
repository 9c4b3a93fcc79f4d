import { useTranslation } from 'react-i18next';
import type { Pod } from '../../../kubernetes/api/generated/core-v1.ts';
import type { KubeObject, LabelSelector } from '../../../kubernetes/machinery/meta.ts';
import { Fact, Facts, Section } from '../../components/common/Facts.tsx';
import { Chips } from '../../components/details/Chips.tsx';
import { OwnedPods } from './OwnedPods.tsx';

interface Workload extends KubeObject {
  spec?: {
    replicas?: number;
    selector?: LabelSelector;
    template?: { spec?: Pod['spec'] };
    strategy?: { type?: string };
    updateStrategy?: { type?: string };
    completions?: number;
    parallelism?: number;
  };
  status?: { readyReplicas?: number };
}

/** What a workload wants, and the pods it has. */
export function WorkloadSummary({ cluster, object }: { cluster: string; object: KubeObject }) {
  const { t } = useTranslation();
  const { spec, status } = object as Workload;
  const containers = spec?.template?.spec?.containers ?? [];
  return (
    <>
      <Section title={t('details.template')}>
        <Facts>
          <Fact label={t('details.replicas')}>
            {spec?.replicas === undefined ? undefined : `${status?.readyReplicas ?? 0} / ${spec.replicas}`}
          </Fact>
          <Fact label={t('details.completions')}>{spec?.completions}</Fact>
          <Fact label={t('details.parallelism')}>{spec?.parallelism}</Fact>
          <Fact label={t('details.strategy')}>{spec?.strategy?.type ?? spec?.updateStrategy?.type}</Fact>
          <Fact label={t('details.selector')}>
            {spec?.selector?.matchLabels ? (
              <Chips texts={Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`)} />
            ) : undefined}
          </Fact>
          {containers.map((container) => (
            <Fact key={container.name} label={`${t('details.image')} ${container.name}`}>
              <span className="mono">{container.image}</span>
            </Fact>
          ))}
        </Facts>
      </Section>
      <OwnedPods cluster={cluster} owner={object} />
    </>
  );
}
