import { ScrollText, SquareTerminal } from 'lucide-react';
import type { Pod } from '../../../kubernetes/api/generated/core-v1.ts';
import { openDockTab } from '../../components/dock/dock-store.ts';
import { t } from '../../i18n/index.ts';
import { containerNames } from '../../kube/pods.ts';
import type { ActionTarget, ObjectAction } from '../view.ts';

function podTab({ cluster, object }: ActionTarget<Pod>) {
  const preferred = object.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const containers = containerNames(object);
  const container = preferred && containers.includes(preferred) ? preferred : (containers[0] ?? '');
  return { cluster, namespace: object.metadata.namespace ?? '', pod: object.metadata.name ?? '', container };
}

export const logsAction: ObjectAction<Pod> = {
  id: 'logs',
  label: t('actions.logs'),
  icon: ScrollText,
  run: (target) => openDockTab({ kind: 'logs', ...podTab(target) }),
};

export const terminalAction: ObjectAction<Pod> = {
  id: 'terminal',
  label: t('actions.terminal'),
  icon: SquareTerminal,
  available: (pod) => pod.status?.phase === 'Running',
  run: (target) => openDockTab({ kind: 'terminal', ...podTab(target) }),
};
