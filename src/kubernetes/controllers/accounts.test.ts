import { expect, test } from 'vitest';
import { bootstrapPolicy } from '../apiserver/bootstrap/rbac-policy.ts';
import { accountOf, WITHOUT_ACCOUNT } from './accounts.ts';
import { allControllers } from './registry.ts';

const signing = { certificate: '', key: '' };
const controllers = allControllers({ clusterCidrs: ['10.244.0.0/16'], rootCa: 'ca', serviceAccountKey: '', clusterSigning: signing });
const names = [...controllers.map(({ name }) => name).filter((name) => name !== WITHOUT_ACCOUNT), 'garbage-collector'];
const accounts = new Set(
  bootstrapPolicy().clusterRoleBindings.flatMap(({ subjects = [] }) =>
    subjects.filter(({ kind, namespace }) => kind === 'ServiceAccount' && namespace === 'kube-system').map(({ name }) => name),
  ),
);

test.each(names)('the policy gives the account of %s its rights', (name) => {
  expect([...accounts]).toContain(accountOf(name));
});
