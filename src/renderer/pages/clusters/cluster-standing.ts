import type { ClusterSummary } from '../../../ipc/cluster.ts';
import { t } from '../../i18n/index.ts';
import type { Standing } from '../../kube/standing.ts';

const LEVELS: Record<ClusterSummary['state'], Standing['level']> = {
  creating: 'busy',
  running: 'good',
  stopped: 'idle',
  failed: 'bad',
  deleting: 'busy',
};

export const clusterStanding = ({ state, error }: ClusterSummary): Standing => ({
  level: LEVELS[state],
  word: t(`clusters.states.${state}`),
  detail: error,
});
