import { FolderTree } from 'lucide-react';
import type { Namespace } from '../../../kubernetes/api/generated/core-v1.ts';
import { namespaces } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { namespaceStanding } from '../../kube/workloads.ts';
import { statusColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';

export const namespacesView = defineView<Namespace>({
  resource: namespaces,
  title: t('kinds.namespaces'),
  icon: FolderTree,
  group: 'cluster',
  columns: ['name', statusColumn(namespaceStanding), 'age'],
  standing: namespaceStanding,
});
