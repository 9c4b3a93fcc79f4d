import { expect, test } from 'vitest';
import { startApiServer } from '../../support/api-server.ts';

const GROUP = '/apis/flowcontrol.apiserver.k8s.io/v1';

test('every answer says which schema and level the request belongs to', async () => {
  await using server = await startApiServer();
  const uidOf = async (path: string) => (await server.call('GET', `${GROUP}/${path}`)).body.metadata.uid;
  const { headers } = await server.call('GET', '/api/v1/pods');
  expect(headers['x-kubernetes-pf-flowschema-uid']).toBe(await uidOf('flowschemas/exempt'));
  expect(headers['x-kubernetes-pf-prioritylevel-uid']).toBe(await uidOf('prioritylevelconfigurations/exempt'));
  const client = await server.sign({ commonName: 'system:node:a', organisations: ['system:nodes'] });
  const answer = await server.call('GET', '/api/v1/nodes/a', { client });
  expect(answer.headers['x-kubernetes-pf-flowschema-uid']).toBe(await uidOf('flowschemas/system-node-high'));
});

test('a level without seats refuses, until its schema is gone', async () => {
  await using server = await startApiServer();
  const spec = { type: 'Limited', limited: { nominalConcurrencyShares: 0, limitResponse: { type: 'Reject' } } };
  await server.call('POST', `${GROUP}/prioritylevelconfigurations`, { body: { metadata: { name: 'none' }, spec } });
  const rules = [
    {
      subjects: [{ kind: 'User', user: { name: 'ann' } }],
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
    },
  ];
  const schema = { metadata: { name: 'ann' }, spec: { priorityLevelConfiguration: { name: 'none' }, matchingPrecedence: 50, rules } };
  expect((await server.call('POST', `${GROUP}/flowschemas`, { body: schema })).code).toBe(201);
  const client = await server.sign({ commonName: 'ann' });
  const refused = await server.call('GET', '/api/v1/pods', { client });
  expect(refused).toMatchObject({ code: 429, headers: { 'retry-after': '1' }, body: { reason: 'TooManyRequests' } });
  expect((await server.call('GET', '/metrics')).text).toContain(
    'apiserver_flowcontrol_rejected_requests_total{priority_level="none",flow_schema="ann",reason="concurrency-limit"} 1',
  );
  await server.call('DELETE', `${GROUP}/flowschemas/ann`);
  expect((await server.call('GET', '/api/v1/pods', { client })).code).toBe(403);
});
