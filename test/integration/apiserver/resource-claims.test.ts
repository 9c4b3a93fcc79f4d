import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const RESOURCE = '/apis/resource.k8s.io/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const CLAIMS = `${RESOURCE}/namespaces/default/resourceclaims`;

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function create(path: string, body: object) {
  const answer = await server.call('POST', path, { body });
  expect(answer.code, answer.text).toBe(201);
  return answer.body;
}

const spec = (exactly: object = {}) => ({ devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'c', ...exactly } }] } });

test('devices that others use are for namespaces that say so', async () => {
  const claim = { metadata: { name: 'admin' }, spec: spec({ adminAccess: true }) };
  const refused = await server.call('POST', CLAIMS, { body: claim });
  expect(refused.body).toMatchObject({ code: 422, details: { causes: [{ field: 'spec.devices.requests[0].adminAccess' }] } });
  await create('/api/v1/namespaces', { metadata: { name: 'admins', labels: { 'resource.kubernetes.io/admin-access': 'true' } } });
  await create(`${RESOURCE}/namespaces/admins/resourceclaims`, claim);
});

describe('who may write the status of a claim', () => {
  const results = [{ request: 'r', driver: 'a.b', pool: 'p', device: 'd' }];
  const allocation = { devices: { results } };
  const devices = [{ driver: 'a.b', pool: 'p', device: 'd', data: { a: 1 } }];
  const headers = (username: string) => ({ 'impersonate-user': username, 'content-type': 'application/merge-patch+json' });

  beforeAll(async () => {
    await create(CLAIMS, { metadata: { name: 'claim' }, spec: spec() });
    const rule = (resources: string[], verbs: string[], more: object = {}) => ({
      apiGroups: ['resource.k8s.io'],
      resources,
      verbs,
      ...more,
    });
    const status = rule(['resourceclaims/status'], ['get', 'patch', 'update']);
    const roles = {
      nobody: [],
      scheduler: [rule(['resourceclaims/binding'], ['patch'])],
      driver: [rule(['resourceclaims/driver'], ['arbitrary-node:patch'], { resourceNames: ['a.b'] })],
      other: [rule(['resourceclaims/driver'], ['arbitrary-node:patch'], { resourceNames: ['x.y'] })],
    };
    for (const [name, rules] of Object.entries(roles)) {
      await create(`${RBAC}/clusterroles`, { metadata: { name: `test-${name}` }, rules: [status, ...rules] });
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `test-${name}` };
      await create(`${RBAC}/clusterrolebindings`, { metadata: { name: `test-${name}` }, roleRef, subjects: [{ kind: 'User', name }] });
    }
  });

  test.each([
    { username: 'nobody', status: { allocation }, field: 'status', right: 'resource="resourceclaims/binding", verb="patch"' },
    { username: 'scheduler', status: { allocation } },
    { username: 'scheduler', status: { devices }, field: 'status.devices', right: 'verb="[arbitrary-node:patch]"' },
    {
      username: 'other',
      status: { devices },
      field: 'status.devices',
      right: 'User "other" cannot arbitrary-node:patch resource "resourceclaims/driver"',
    },
    { username: 'driver', status: { devices } },
    {
      username: 'driver',
      status: { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] },
      field: 'status',
      right: 'at the cluster scope',
    },
    { username: 'scheduler', status: { devices: null }, field: 'status.devices', right: 'verb="[arbitrary-node:patch]"' },
    { username: 'scheduler', status: { allocation: null } },
  ])('$username writes $status', async ({ username, status, field, right }) => {
    const answer = await server.call('PATCH', `${CLAIMS}/claim/status`, { body: { status }, headers: headers(username) });
    if (!field) expect(answer.code, answer.text).toBe(200);
    else {
      expect(answer.body).toMatchObject({ code: 422, details: { causes: [{ reason: 'FieldValueForbidden', field }] } });
      expect(answer.body.message).toContain(right);
    }
  });
});
