import { useTranslation } from 'react-i18next';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import { formatTime } from '../../kube/format.ts';
import type { KindView } from '../../pages/view.ts';
import { Fact, Facts, Section } from '../common/Facts.tsx';
import { ObjectLink } from '../common/ObjectLink.tsx';
import { Annotations, Labels } from './Chips.tsx';
import { Conditions } from './Conditions.tsx';
import classes from './Details.module.css';

interface Props {
  cluster: string;
  view: KindView;
  object: KubeObject;
}

interface WithConditions {
  status?: { conditions?: Parameters<typeof Conditions>[0]['conditions'] };
}

/** The kind's own part first, then what every object has. */
export function Summary({ cluster, view, object }: Props) {
  const { t } = useTranslation();
  const { metadata } = object;
  const conditions = (object as WithConditions).status?.conditions ?? [];
  const why = view.standing?.(object);
  return (
    <>
      {why?.detail ? (
        <div style={{ padding: '12px 16px 0' }}>
          <div className={classes.why} data-level={why.level}>
            {why.detail}
          </div>
        </div>
      ) : null}
      {view.Summary ? <view.Summary cluster={cluster} object={object} /> : null}
      {conditions.length > 0 ? (
        <Section title={t('details.conditions')}>
          <Conditions conditions={conditions} />
        </Section>
      ) : null}
      <Section title={view.resource.kind}>
        <Facts>
          <Fact label={t('details.created')}>{metadata.creationTimestamp ? formatTime(metadata.creationTimestamp) : undefined}</Fact>
          <Fact label={t('details.ownedBy')}>
            {metadata.ownerReferences?.map((owner) => (
              <ObjectLink key={owner.uid} cluster={cluster} namespace={metadata.namespace} {...owner} />
            ))}
          </Fact>
          <Fact label={t('details.labels')}>{metadata.labels ? <Labels labels={metadata.labels} /> : undefined}</Fact>
          <Fact label={t('details.annotations')}>
            {metadata.annotations ? <Annotations annotations={metadata.annotations} /> : undefined}
          </Fact>
        </Facts>
      </Section>
    </>
  );
}
