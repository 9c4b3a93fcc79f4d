import { ageColumn, nameColumn } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { ServiceAccount } from '../generated/core-v1.ts';
import { serviceAccounts as type } from '../resources.ts';
import { ALL_VERBS } from '../verbs.ts';

export const serviceAccounts = defineResource<ServiceAccount>({
  ...type,
  singular: 'serviceaccount',
  shortNames: ['sa'],
  verbs: ALL_VERBS,
  subresources: ['token'],
  schema: 'io.k8s.api.core.v1.ServiceAccount',
  prepareCreate: keepSecretNames,
  prepareUpdate: keepSecretNames,
  columns: [nameColumn, ageColumn],
});

/** Secrets of a service account are in its namespace: only their names count. */
function keepSecretNames(account: ServiceAccount): void {
  if (account.secrets) account.secrets = account.secrets.map(({ name }) => ({ name }));
}
