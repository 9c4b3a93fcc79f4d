import { ActionIcon, Tooltip } from '@mantine/core';
import { ScrollText, SquareTerminal } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Container, ContainerStatus, Pod } from '../../../kubernetes/api/generated/core-v1.ts';
import { Age } from '../../components/common/Age.tsx';
import { Fact, Facts } from '../../components/common/Facts.tsx';
import { StatusMark } from '../../components/common/StatusMark.tsx';
import classes from '../../components/details/Details.module.css';
import { openDockTab } from '../../components/dock/dock-store.ts';
import type { Standing } from '../../kube/standing.ts';

interface Props {
  cluster: string;
  pod: Pod;
  container: Container;
  status: ContainerStatus | undefined;
  standing: Standing;
}

export function ContainerCard({ cluster, pod, container, status, standing }: Props) {
  const { t } = useTranslation();
  const tab = { cluster, namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name ?? '', container: container.name };
  const last = status?.lastState?.terminated;
  const quantities = (values: Record<string, string> | undefined) =>
    Object.entries(values ?? {})
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  return (
    <article className={classes.container} aria-label={container.name}>
      <div className={classes.containerHead}>
        <h4>{container.name}</h4>
        <StatusMark standing={standing} />
        <div className={classes.push}>
          <Tooltip label={t('actions.logs')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${t('actions.logs')} ${container.name}`}
              onClick={() => openDockTab({ kind: 'logs', ...tab })}
            >
              <ScrollText size={15} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('actions.terminal')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={!status?.state?.running}
              aria-label={`${t('actions.terminal')} ${container.name}`}
              onClick={() => openDockTab({ kind: 'terminal', ...tab })}
            >
              <SquareTerminal size={15} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
      {standing.detail && pod.spec.containers.length > 1 ? <p className="dim">{standing.detail}</p> : null}
      <Facts>
        <Fact label={t('details.image')}>{<span className="mono">{container.image}</span>}</Fact>
        <Fact label={t('details.ports')}>
          {container.ports?.map((port) => `${port.name ? `${port.name} ` : ''}${port.containerPort}/${port.protocol ?? 'TCP'}`).join(', ')}
        </Fact>
        <Fact label={t('details.command')}>
          {container.command || container.args ? (
            <span className="mono">{[...(container.command ?? []), ...(container.args ?? [])].join(' ')}</span>
          ) : undefined}
        </Fact>
        <Fact label={t('details.started')}>
          {status?.state?.running?.startedAt ? <Age since={status.state.running.startedAt} /> : undefined}
        </Fact>
        <Fact label={t('details.restarts')}>{status?.restartCount ? <span className="num">{status.restartCount}</span> : undefined}</Fact>
        <Fact label={t('details.lastExit')}>
          {last ? <LastExit reason={last.reason} code={last.exitCode} at={last.finishedAt} /> : undefined}
        </Fact>
        <Fact label={t('details.requests')}>{quantities(container.resources?.requests)}</Fact>
        <Fact label={t('details.limits')}>{quantities(container.resources?.limits)}</Fact>
        <Fact label={t('details.mounts')}>{container.volumeMounts?.map((mount) => mount.mountPath).join(', ')}</Fact>
      </Facts>
    </article>
  );
}

function LastExit({ reason = 'Exited', code, at }: { reason?: string | undefined; code: number; at?: string | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      {t('details.exitedWith', { reason, code })} <span className="dim">{at ? <Age since={at} /> : null}</span>
    </>
  );
}
