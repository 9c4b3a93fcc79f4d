import { CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Node, Pod } from '../../../kubernetes/api/generated/core-v1.ts';
import { deployments as deploymentType } from '../../../kubernetes/api/resources.ts';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import { ObjectLink } from '../../components/common/ObjectLink.tsx';
import { StatusMark } from '../../components/common/StatusMark.tsx';
import { podStanding } from '../../kube/pods.ts';
import type { Standing } from '../../kube/standing.ts';
import { deploymentStanding, nodeStanding } from '../../kube/workloads.ts';
import { useLive } from '../../live/use-live.ts';
import classes from './Overview.module.css';

interface Trouble {
  kind: string;
  namespace?: string | undefined;
  name: string;
  uid: string;
  standing: Standing;
}

const MOST = 12;

/** Everything that is bad, and why. */
export function Attention({ cluster, nodes, pods }: { cluster: string; nodes: readonly Node[]; pods: readonly Pod[] }) {
  const { t } = useTranslation();
  const { items: deployments } = useLive(cluster, deploymentType);
  const troubles = useMemo(
    () =>
      [
        ...nodes.map((node) => troubleOf('Node', node, nodeStanding(node))),
        ...deployments.map((deployment) => troubleOf('Deployment', deployment, deploymentStanding(deployment))),
        ...pods.map((pod) => troubleOf('Pod', pod, podStanding(pod))),
      ].filter(({ standing }) => standing.level === 'bad' || standing.level === 'unknown' || standing.word === 'Pending'),
    [nodes, deployments, pods],
  );
  return (
    <section className={classes.block} aria-label={t('overview.attention')}>
      <h2>{t('overview.attention')}</h2>
      {troubles.length === 0 ? (
        <p className={classes.well}>
          <CircleCheck size={16} aria-hidden="true" /> {t('overview.allWell')}
        </p>
      ) : (
        <ul className={classes.rows}>
          {troubles.slice(0, MOST).map((trouble) => (
            <li key={trouble.uid}>
              <StatusMark standing={trouble.standing} />
              <span className={classes.what}>
                <span className="dim">{trouble.kind} </span>
                <ObjectLink cluster={cluster} kind={trouble.kind} namespace={trouble.namespace} name={trouble.name} />
                {trouble.standing.detail ? <span className={classes.detail}>{trouble.standing.detail}</span> : null}
              </span>
            </li>
          ))}
          {troubles.length > MOST ? <li className="dim">{t('deleteObjects.andMore', { count: troubles.length - MOST })}</li> : null}
        </ul>
      )}
    </section>
  );
}

function troubleOf(kind: string, { metadata }: KubeObject, standing: Standing): Trouble {
  return { kind, namespace: metadata.namespace, name: metadata.name ?? '', uid: metadata.uid ?? '', standing };
}
