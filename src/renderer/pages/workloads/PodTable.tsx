import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { ScrollText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pod } from '../../../kubernetes/api/generated/core-v1.ts';
import { Age } from '../../components/common/Age.tsx';
import { Section } from '../../components/common/Facts.tsx';
import { ObjectLink } from '../../components/common/ObjectLink.tsx';
import { StatusMark } from '../../components/common/StatusMark.tsx';
import classes from '../../components/details/Details.module.css';
import { podStanding, readiness } from '../../kube/pods.ts';
import { logsAction } from '../actions/pod-actions.ts';

const FEW = 25;

/** A short list of pods inside another object's details. */
export function PodTable({ cluster, title, pods }: { cluster: string; title: string; pods: readonly Pod[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const sorted = useMemo(() => [...pods].sort((a, b) => (a.metadata.name ?? '').localeCompare(b.metadata.name ?? '')), [pods]);
  const shown = all ? sorted : sorted.slice(0, FEW);
  return (
    <Section title={title} aside={<span className="dim num">{pods.length}</span>}>
      {pods.length === 0 ? (
        <span className="dim">{t('common.none')}</span>
      ) : (
        <table className={classes.table} aria-label={title}>
          <thead>
            <tr>
              <th>{t('columns.name')}</th>
              <th>{t('columns.status')}</th>
              <th>{t('columns.ready')}</th>
              <th>{t('columns.age')}</th>
              <th>
                <span className="visually-hidden">{t('common.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((pod) => (
              <PodRow key={pod.metadata.uid} cluster={cluster} pod={pod} />
            ))}
          </tbody>
        </table>
      )}
      {sorted.length > shown.length ? (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {t('details.showAll', { count: sorted.length })}
        </Button>
      ) : null}
    </Section>
  );
}

function PodRow({ cluster, pod }: { cluster: string; pod: Pod }) {
  const { t } = useTranslation();
  const { ready, total } = readiness(pod);
  const { name = '', namespace } = pod.metadata;
  return (
    <tr>
      <td>
        <ObjectLink cluster={cluster} kind="Pod" namespace={namespace} name={name} />
      </td>
      <td>
        <StatusMark standing={podStanding(pod)} />
      </td>
      <td className="num">{`${ready}/${total}`}</td>
      <td>
        <Age since={pod.metadata.creationTimestamp} />
      </td>
      <td style={{ textAlign: 'right' }}>
        <Tooltip label={t('actions.logs')}>
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={`${t('actions.logs')} ${name}`}
            onClick={() => logsAction.run({ cluster, object: pod })}
          >
            <ScrollText size={14} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </td>
    </tr>
  );
}
