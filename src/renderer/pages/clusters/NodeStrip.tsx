import { useTranslation } from 'react-i18next';
import type { ClusterNode } from '../../../ipc/cluster.ts';
import { StatusMark } from '../../components/common/StatusMark.tsx';
import type { Standing } from '../../kube/standing.ts';
import classes from './Clusters.module.css';

const LEVELS: Record<ClusterNode['state'], Standing['level']> = { creating: 'busy', running: 'good', stopped: 'idle', failed: 'bad' };

/** The machines of a cluster. */
export function NodeStrip({ nodes }: { nodes: readonly ClusterNode[] }) {
  const { t } = useTranslation();
  if (nodes.length === 0) return null;
  return (
    <ul className={classes.nodes}>
      {nodes.map((node) => (
        <li key={node.name} title={t(`clusters.nodeStates.${node.state}`)}>
          <StatusMark standing={{ level: LEVELS[node.state], word: node.name }} />
          <span className="dim">{t(`clusters.roles.${node.role}`)}</span>
        </li>
      ))}
    </ul>
  );
}
