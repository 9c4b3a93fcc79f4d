// Conformance: "ServiceAccounts should run through the lifecycle of a ServiceAccount", "... should update a ServiceAccount",
// "... should create a serviceAccountToken and ensure a successful TokenReview", "SubjectReview should support SubjectReview API
// operations". The others of "ServiceAccounts" are in service-accounts.test.ts.
import { expect } from 'vitest';
import { apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';

apiBehaviour('a service account is made, patched, updated, listed everywhere and deleted as a collection', async (space) => {
  const labels = { 'test-serviceaccount-static': space.namespace };
  const path = space.core('serviceaccounts');
  using watch = await space.watch(`${path}?${byLabels(labels)}`);
  await space.create(path, { metadata: { name: 'testserviceaccount', labels } });
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'testserviceaccount' } } });
  await space.patch('strategic', `${path}/testserviceaccount`, { automountServiceAccountToken: false });
  expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { automountServiceAccountToken: false } });
  const updated = await space.update(`${path}/testserviceaccount`, (account) => {
    account.automountServiceAccountToken = true;
  });
  expect(updated.automountServiceAccountToken).toBe(true);
  expect(namesOf(await space.get(`/api/v1/serviceaccounts?${byLabels(labels)}`))).toEqual(['testserviceaccount']);
  await space.delete(`${path}?${byLabels(labels)}`);
  const { type } = await watch.until((event) => event.type !== 'MODIFIED');
  expect(type).toBe('DELETED');
});

apiBehaviour('a token of a service account is reviewed as the account', async (space) => {
  const account = await space.create(space.core('serviceaccounts'), { metadata: { name: 'reviewed' } });
  const request = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', spec: { expirationSeconds: 3600, audiences: null } };
  const { status, spec } = await space.create(`${space.core('serviceaccounts', 'reviewed')}/token`, request);
  expect(spec).toMatchObject({ expirationSeconds: 3600, audiences: [expect.any(String)] });
  expect(Date.parse(status.expirationTimestamp)).toBeLessThanOrEqual(Date.now() + 3_660_000);
  const review = await space.create('/apis/authentication.k8s.io/v1/tokenreviews', {
    kind: 'TokenReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name: 'tokentest', namespace: space.namespace },
    spec: { token: status.token },
  });
  expect(review.status.error ?? '').toBe('');
  expect(review.status).toMatchObject({
    authenticated: true,
    user: { username: `system:serviceaccount:${space.namespace}:reviewed`, uid: account.metadata.uid },
  });
});

apiBehaviour('what reviews say of an account is what it may do', async (space) => {
  await space.create(space.core('serviceaccounts'), { metadata: { name: 'subject' } });
  const user = `system:serviceaccount:${space.namespace}:subject`;
  const resourceAttributes = { verb: 'list', resource: 'configmaps', namespace: space.namespace, version: 'v1' };
  const group = 'authorization.k8s.io/v1';
  const lists = async () => (await space.ask('GET', space.core('configmaps'), { headers: { 'impersonate-user': user } })).code === 200;
  const reviews = async () => {
    const general = await space.create(`/apis/${group}/subjectaccessreviews`, { spec: { user, resourceAttributes } });
    const local = await space.create(space.in(group, 'localsubjectaccessreviews'), {
      metadata: { namespace: space.namespace },
      spec: { user, resourceAttributes },
    });
    const own = await space.ask('POST', `/apis/${group}/selfsubjectaccessreviews`, {
      body: { spec: { resourceAttributes } },
      headers: { 'impersonate-user': user, 'impersonate-group': 'system:authenticated' },
    });
    return [general, local, own.body].map(({ status }) => status.allowed);
  };
  expect([await lists(), ...(await reviews())]).toEqual([false, false, false, false]);
  const subjects = [{ kind: 'ServiceAccount', name: 'subject', namespace: space.namespace }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
  await space.create(space.in('rbac.authorization.k8s.io/v1', 'rolebindings'), { metadata: { name: 'view' }, subjects, roleRef });
  expect([await lists(), ...(await reviews())]).toEqual([true, true, true, true]);
});
