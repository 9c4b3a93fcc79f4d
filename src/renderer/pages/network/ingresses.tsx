import { DoorOpen, ShieldHalf } from 'lucide-react';
import type { Ingress, NetworkPolicy } from '../../../kubernetes/api/generated/networking-v1.ts';
import { ingresses, networkPolicies } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { textColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';

export const ingressesView = defineView<Ingress>({
  resource: ingresses,
  title: t('kinds.ingresses'),
  icon: DoorOpen,
  group: 'network',
  columns: [
    'name',
    textColumn(t('columns.hosts'), ({ spec }) => spec?.rules?.map((rule) => rule.host ?? '*').join(', '), { width: 'minmax(140px, 2fr)' }),
    'namespace',
    'age',
  ],
});

export const networkPoliciesView = defineView<NetworkPolicy>({
  resource: networkPolicies,
  title: t('kinds.networkPolicies'),
  icon: ShieldHalf,
  group: 'network',
  columns: ['name', textColumn(t('columns.type'), ({ spec }) => spec?.policyTypes?.join(', ')), 'namespace', 'age'],
});
