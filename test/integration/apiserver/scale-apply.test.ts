import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const PATH = '/apis/apps/v1/namespaces/default/deployments';
const APPLY = { 'content-type': 'application/apply-patch+yaml' };

interface Entry {
  manager: string;
  operation: string;
  apiVersion: string;
  subresource?: string;
  fieldsV1: { 'f:spec'?: Record<string, unknown> };
}

describe('server-side apply of a scale', () => {
  let api: TestApiServer;

  beforeAll(async () => {
    api = await startApiServer();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const scale = (name: string, replicas?: number) => ({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace: 'default' },
    ...(replicas !== undefined && { spec: { replicas } }),
  });
  const applyScale = (name: string, manager: string, body: object, force = false) =>
    api.call('PATCH', `${PATH}/${name}/scale?fieldManager=${manager}&force=${force}`, { headers: APPLY, body });
  const deployment = (name: string, replicas: number) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  });
  const applyDeployment = (name: string, manager: string, replicas: number) =>
    api.call('PATCH', `${PATH}/${name}?fieldManager=${manager}`, { headers: APPLY, body: deployment(name, replicas) });
  const ownersOfReplicas = async (name: string) =>
    ((await api.call('GET', `${PATH}/${name}`)).body.metadata.managedFields as Entry[])
      .filter(({ fieldsV1 }) => fieldsV1['f:spec']?.['f:replicas'])
      .map(({ manager, operation, apiVersion, subresource }) => [manager, operation, apiVersion, subresource]);

  test('conflicts with who owns the replicas, and takes them by force', async () => {
    await applyDeployment('taken', 'owner', 3);
    const refused = await applyScale('taken', 'scaler', scale('taken', 5));
    expect([refused.code, refused.body.reason]).toEqual([409, 'Conflict']);
    expect(refused.body.details.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "owner"', field: '.spec.replicas' },
    ]);

    const forced = await applyScale('taken', 'scaler', scale('taken', 5), true);
    expect([forced.code, forced.body.kind, forced.body.spec]).toEqual([200, 'Scale', { replicas: 5 }]);
    expect(forced.body.metadata.managedFields).toBeUndefined();
    expect(await ownersOfReplicas('taken')).toEqual([['scaler', 'Apply', 'apps/v1', 'scale']]);
    const { body } = await api.call('GET', `${PATH}/taken`);
    expect(body.spec.replicas).toBe(5);
    // What else the first manager applied is still its own.
    expect(body.metadata.managedFields.find(({ manager }: Entry) => manager === 'owner').fieldsV1['f:spec']).toHaveProperty('f:template');
  });

  test('the same number is owned by both', async () => {
    await applyDeployment('shared', 'owner', 2);
    expect((await applyScale('shared', 'scaler', scale('shared', 2))).code).toBe(200);
    expect((await ownersOfReplicas('shared')).map(([manager]) => manager)).toEqual(['owner', 'scaler']);
    const again = await applyScale('shared', 'scaler', scale('shared', 2));
    const { body } = await api.call('GET', `${PATH}/shared`);
    expect(again.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  test('an updater of the deployment loses the replicas to the scaler', async () => {
    await api.call('POST', `${PATH}?fieldManager=creator`, { body: deployment('updated', 1) });
    const refused = await applyScale('updated', 'scaler', scale('updated', 4));
    expect(refused.body.details.causes[0].message).toBe('conflict with "creator" using autoscaling/v1');
    await applyScale('updated', 'scaler', scale('updated', 4), true);
    expect(await ownersOfReplicas('updated')).toEqual([['scaler', 'Apply', 'apps/v1', 'scale']]);
  });

  test.each([
    { what: 'no manager', path: 'scale', body: scale('bad', 1), code: 422 },
    { what: 'another kind', path: 'scale?fieldManager=m', body: deployment('bad', 1), code: 400 },
    { what: 'an unknown field', path: 'scale?fieldManager=m', body: { ...scale('bad'), spec: { size: 1 } }, code: 500 },
    { what: 'too few', path: 'scale?fieldManager=m&force=true', body: scale('bad', -1), code: 422 },
  ])('$what is refused', async ({ path, body, code }) => {
    await api.call('POST', PATH, { body: deployment('bad', 1) });
    expect((await api.call('PATCH', `${PATH}/bad/${path}`, { headers: APPLY, body })).code).toBe(code);
  });

  test('what is not there cannot be scaled', async () => {
    expect((await applyScale('missing', 'm', scale('missing', 1))).code).toBe(404);
  });
});
