import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function create(path: string, object: object): Promise<Record<string, never>> {
  const answer = await server.call('POST', path, { body: object });
  if (answer.code !== 201) throw new Error(`${path}: ${answer.text}`);
  return answer.body;
}

const user = async (commonName: string, ...organisations: string[]) => ({ client: await server.sign({ commonName, organisations }) });

describe('who is asking', () => {
  test('a client certificate is a user and its groups', async () => {
    const answer = await server.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      ...(await user('ann', 'dev', 'ops')),
      body: {},
    });
    expect(answer.code).toBe(201);
    expect(answer.body.status.userInfo).toMatchObject({ username: 'ann', groups: ['dev', 'ops', 'system:authenticated'] });
    expect(answer.body.status.userInfo.extra['authentication.kubernetes.io/credential-id'][0]).toMatch(/^X509SHA256=[0-9a-f]{64}$/);
  });

  test('a wrong token is not anonymous', async () => {
    expect((await server.call('GET', '/healthz', { token: 'wrong' })).code).toBe(401);
  });

  test.each(['/healthz', '/livez', '/readyz', '/version'])('%s needs no credentials', async (path) => {
    expect((await server.call('GET', path, { token: '' })).code).toBe(200);
  });

  test.each(['/api', '/api/v1/pods', '/metrics', '/openapi/v2'])('%s needs credentials', async (path) => {
    expect((await server.call('GET', path, { token: '' })).code).toBe(401);
  });

  test('the front proxy speaks for users, nobody else does', async () => {
    const headers = { 'x-remote-user': 'bob', 'x-remote-group': 'dev', 'x-remote-extra-example.com%2frole': 'x' };
    const review = (client: { cert: string; key: string }) =>
      server.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { client, headers, body: {} });
    const proxied = await review(await server.signFrontProxy({ commonName: 'front-proxy-client' }));
    expect(proxied.body.status.userInfo).toEqual({
      username: 'bob',
      groups: ['dev', 'system:authenticated'],
      extra: { 'example.com/role': ['x'] },
    });
    expect((await review(await server.signFrontProxy({ commonName: 'stranger' }))).code).toBe(401);
    expect((await review(await server.sign({ commonName: 'ann' }))).body.status.userInfo.username).toBe('ann');
  });

  test('impersonation needs permission', async () => {
    const headers = { 'impersonate-user': 'carol', 'impersonate-group': 'dev' };
    const asAdmin = await server.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { headers, body: {} });
    expect(asAdmin.body.status.userInfo).toMatchObject({ username: 'carol', groups: ['dev', 'system:authenticated'] });
    const asAnn = await server.call('GET', '/api/v1/pods', { ...(await user('ann')), headers });
    expect(asAnn).toMatchObject({
      code: 403,
      body: { message: 'users "carol" is forbidden: User "ann" cannot impersonate resource "users" in API group "" at the cluster scope' },
    });
  });
});

describe('what they may do', () => {
  test('nothing, without a binding', async () => {
    const ann = await user('ann');
    const list = await server.call('GET', '/api/v1/namespaces/default/pods', ann);
    expect(list).toMatchObject({ code: 403, body: { reason: 'Forbidden', details: { kind: 'pods' } } });
    expect(list.body.message).toBe('pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "default"');
    expect((await server.call('GET', '/api/v1/nodes', ann)).body.message).toBe(
      'nodes is forbidden: User "ann" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    expect((await server.call('GET', '/metrics', ann)).body.message).toBe('forbidden: User "ann" cannot get path "/metrics"');
  });

  test('what a role says, as soon as it is bound and no longer than that', async () => {
    const dan = await user('dan');
    await create(`${RBAC}/namespaces/default/roles`, {
      metadata: { name: 'readers' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
    });
    const subject = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'dan' };
    await create(`${RBAC}/namespaces/default/rolebindings`, {
      metadata: { name: 'readers' },
      subjects: [subject],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'readers' },
    });
    expect((await server.call('GET', '/api/v1/namespaces/default/configmaps', dan)).code).toBe(200);
    expect((await server.call('GET', '/api/v1/namespaces/kube-system/configmaps', dan)).code).toBe(403);
    await server.call('DELETE', `${RBAC}/namespaces/default/rolebindings/readers`);
    expect((await server.call('GET', '/api/v1/namespaces/default/configmaps', dan)).code).toBe(403);
  });

  test('nobody grants what they do not hold', async () => {
    const eve = await user('eve');
    await create(`${RBAC}/clusterroles`, {
      metadata: { name: 'role-makers' },
      rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'update'] }],
    });
    const subject = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' };
    await create(`${RBAC}/clusterrolebindings`, {
      metadata: { name: 'role-makers' },
      subjects: [subject],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'role-makers' },
    });
    const role = { metadata: { name: 'greedy' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }] };
    const refused = await server.call('POST', `${RBAC}/namespaces/default/roles`, { ...eve, body: role });
    expect(refused.code).toBe(403);
    expect(refused.body.message).toBe(
      'roles.rbac.authorization.k8s.io "greedy" is forbidden: user "eve" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
    );
    const binding = {
      metadata: { name: 'greedy' },
      subjects: [subject],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    };
    expect((await server.call('POST', `${RBAC}/namespaces/default/rolebindings`, { ...eve, body: binding })).code).toBe(403);
  });

  test('reviews say what a request would', async () => {
    const spec = { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'default' } };
    const own = await server.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      ...(await user('ann')),
      body: { spec },
    });
    expect(own).toMatchObject({ code: 201, body: { status: { allowed: false } } });
    const other = await server.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      body: { spec: { ...spec, user: 'x', groups: ['system:masters'] } },
    });
    expect(other.body.status).toEqual({ allowed: true });
    const rules = await server.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      ...(await user('ann')),
      body: { spec: { namespace: 'default' } },
    });
    expect(rules.body.status.resourceRules).toContainEqual({
      verbs: ['create'],
      apiGroups: ['authentication.k8s.io'],
      resources: ['selfsubjectreviews'],
    });
    expect(rules.body.status.incomplete).toBe(false);
  });
});
