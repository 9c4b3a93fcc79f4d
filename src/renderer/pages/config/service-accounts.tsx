import { UserCog } from 'lucide-react';
import type { ServiceAccount } from '../../../kubernetes/api/generated/core-v1.ts';
import { serviceAccounts } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { defineView } from '../view.ts';

export const serviceAccountsView = defineView<ServiceAccount>({
  resource: serviceAccounts,
  title: t('kinds.serviceAccounts'),
  icon: UserCog,
  group: 'config',
  columns: ['name', 'namespace', 'age'],
});
