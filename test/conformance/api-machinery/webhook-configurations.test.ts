// Conformance, those of "AdmissionWebhook" that need no server: "should include webhook resources in discovery documents",
// "should be able to create and update {validating,mutating} webhook configurations with match conditions", "should reject
// {validating,mutating} webhook configurations with invalid match conditions", "should unconditionally reject operations on fail
// closed webhook", "should not be able to mutate or prevent deletion of webhook configuration objects"; listing and deleting of
// "listing {validating,mutating} webhooks should work". The others are in admission-webhooks.test.ts.
import { expect, type TestContext } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { eventually } from '../../support/process.ts';

const GROUP = '/apis/admissionregistration.k8s.io';
const KINDS = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'];
const CONFIG_MAPS = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }];

/** A webhook of a Service that is not there, for the namespace alone. */
const webhook = ({ namespace }: ApiSpace, more: object = {}) => ({
  name: 'fail-closed.k8s.io',
  rules: CONFIG_MAPS,
  clientConfig: { service: { namespace, name: 'no-such-service', path: '/configmaps', port: 8443 } },
  namespaceSelector: { matchLabels: { [namespace]: 'true' } },
  failurePolicy: 'Fail',
  sideEffects: 'None',
  admissionReviewVersions: ['v1', 'v1beta1'],
  ...more,
});

async function make(space: ApiSpace, context: TestContext, resource: string, name: string, more: object = {}): Promise<string> {
  const path = `${GROUP}/v1/${resource}`;
  const metadata = { name: `${space.namespace}-${name}`, labels: { test: space.namespace } };
  context.onTestFinished(async () => {
    await space.ask('DELETE', `${path}/${metadata.name}`);
  });
  await space.create(path, { metadata, webhooks: [webhook(space, more)] });
  return `${path}/${metadata.name}`;
}

apiBehaviour('webhook configurations are discovered', async ({ get }) => {
  const { groups } = await get('/apis');
  const version = { groupVersion: 'admissionregistration.k8s.io/v1', version: 'v1' };
  const group = groups.find(({ name }: Anything) => name === 'admissionregistration.k8s.io');
  expect(group.versions).toContainEqual(version);
  expect((await get(GROUP)).versions).toContainEqual(version);
  const names = (await get(`${GROUP}/v1`)).resources.map(({ name }: Anything) => name);
  expect(names).toEqual(expect.arrayContaining(KINDS));
});

for (const resource of KINDS) {
  apiBehaviour(`${resource}: match conditions are kept when made and when changed`, async (space, context) => {
    const first = [{ name: 'expression-1', expression: "object.metadata.namespace == 'production'" }];
    const path = await make(space, context, resource, 'conditions', { matchConditions: first });
    expect((await space.get(path)).webhooks[0].matchConditions).toEqual(first);
    const second = [...first, { name: 'expression-2', expression: "object.metadata.namespace == 'staging'" }];
    await space.update(path, ({ webhooks }) => {
      webhooks[0].matchConditions = second;
    });
    expect((await space.get(path)).webhooks[0].matchConditions).toEqual(second);
  });

  apiBehaviour(`${resource}: match conditions that do not compile are refused`, async (space) => {
    const matchConditions = [{ name: 'invalid-expression-1', expression: '... [] bad expression' }];
    const refused = await space.refused('POST', `${GROUP}/v1/${resource}`, {
      metadata: { name: `${space.namespace}-invalid` },
      webhooks: [webhook(space, { matchConditions })],
    });
    expect(refused).toMatchObject({ code: 422, reason: 'Invalid', message: expect.stringContaining('compilation failed') });
  });

  apiBehaviour(`${resource}: a webhook that cannot be asked refuses, or is passed over, until it is gone`, async (space, context) => {
    const path = await make(space, context, resource, 'closed');
    await space.patch('merge', `/api/v1/namespaces/${space.namespace}`, { metadata: { labels: { [space.namespace]: 'true' } } });
    let count = 0;
    const configMap = () => ({ body: { metadata: { name: `cm-${count++}` } } });
    await eventually(async () => {
      expect((await space.ask('POST', space.core('configmaps'), configMap())).body).toMatchObject({
        code: 500,
        reason: 'InternalError',
        message: expect.stringContaining('failed calling webhook "fail-closed.k8s.io"'),
      });
    }, 30);
    await space.patch('json', path, [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }]);
    await eventually(async () => expect((await space.ask('POST', space.core('configmaps'), configMap())).code).toBe(201), 30);
    await space.patch('json', path, [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' }]);
    await eventually(async () => expect((await space.ask('POST', space.core('configmaps'), configMap())).code).toBe(500), 30);
    await space.delete(`${GROUP}/v1/${resource}?${byLabels({ test: space.namespace })}`);
    expect((await space.get(`${GROUP}/v1/${resource}?${byLabels({ test: space.namespace })}`)).items).toEqual([]);
    await eventually(async () => expect((await space.ask('POST', space.core('configmaps'), configMap())).code).toBe(201), 30);
  });

  apiBehaviour(`${resource}: no webhook has a say about webhook configurations`, async (space, context) => {
    const rules = [{ operations: ['*'], apiGroups: ['admissionregistration.k8s.io'], apiVersions: ['*'], resources: KINDS }];
    const objectSelector = { matchLabels: { test: space.namespace } };
    await make(space, context, resource, 'all', { rules, namespaceSelector: {}, objectSelector });
    for (const kind of KINDS) {
      const path = await make(space, context, kind, 'dummy', { rules: [] });
      await space.patch('merge', path, { metadata: { annotations: { changed: 'yes' } } });
      await space.delete(path);
    }
  });
}
