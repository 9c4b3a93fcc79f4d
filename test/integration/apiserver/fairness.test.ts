import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const GROUP = '/apis/flowcontrol.apiserver.k8s.io/v1';
const ALL = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }];

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

/** Requests of ann have a level of one seat, and no queue. */
async function oneSeatForAnn(server: TestApiServer): Promise<void> {
  const spec = { type: 'Limited', limited: { nominalConcurrencyShares: 1, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } } };
  await server.call('POST', `${GROUP}/prioritylevelconfigurations`, { body: { metadata: { name: 'one' }, spec } });
  const rules = [{ subjects: [{ kind: 'User', user: { name: 'ann' } }], resourceRules: ALL }];
  const schema = { metadata: { name: 'ann' }, spec: { priorityLevelConfiguration: { name: 'one' }, matchingPrecedence: 50, rules } };
  expect((await server.call('POST', `${GROUP}/flowschemas`, { body: schema })).code).toBe(201);
}

/** A write whose body does not come: it has its seat until it is aborted. */
function unfinishedWrite(server: TestApiServer): ClientRequest {
  const headers = { authorization: 'Bearer ann', 'content-type': 'application/json', 'content-length': '100' };
  const path = '/api/v1/namespaces/default/configmaps';
  const request = httpsRequest(`${server.url}${path}`, { method: 'POST', ca: server.ca, headers });
  request.on('error', () => {});
  request.flushHeaders();
  return request;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

const annAndAdmin = new Map([
  ['test-admin', { username: 'admin', groups: ['system:masters'] }],
  ['ann', { username: 'ann', groups: [] }],
]);

test('who finds no seat is told to come back', async () => {
  await using server = await startApiServer({
    config: { staticTokens: annAndAdmin, authorizationModes: ['AlwaysAllow'], maxRequestsInFlight: 10 },
  });
  await oneSeatForAnn(server);
  const dump = async (what: string) => (await server.call('GET', `/debug/api_priority_and_fairness/${what}`)).text;
  const write = unfinishedWrite(server);
  await until(async () => (await dump('dump_requests')).includes('\none,'));
  expect(await dump('dump_requests?includeRequestDetails=1')).toMatch(
    /^one, +ann, +-1, +-1, +, +\S+Z, +1, +0, +0s, +\S+Z, +ann, +create, +\/api\/v1\/namespaces\/default\/configmaps, +default, +, +v1, +configmaps, +$/m,
  );

  const refused = await server.call('GET', '/api/v1/pods', { token: 'ann' });
  expect(refused).toMatchObject({ code: 429, text: 'Too many requests, please try again later.\n', headers: { 'retry-after': '1' } });
  expect(refused.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(refused.headers['x-kubernetes-pf-flowschema-uid']).toBe((await server.call('GET', `${GROUP}/flowschemas/ann`)).body.metadata.uid);
  const metrics = (await server.call('GET', '/metrics')).text;
  expect(metrics).toContain(
    'apiserver_flowcontrol_rejected_requests_total{priority_level="one",flow_schema="ann",reason="concurrency-limit"} 1',
  );
  expect(metrics).toContain('apiserver_flowcontrol_current_executing_seats{priority_level="one",flow_schema="ann"} 1');
  expect(metrics).toMatch(/apiserver_flowcontrol_upper_limit_seats\{priority_level="one"\} 1\n/);
  expect(await dump('dump_priority_levels')).toMatch(/^one, +0, +false, +false, +0, +1, +1, +1, +0, +0$/m);
  expect(await dump('dump_queues')).toMatch(/^workload-low, +0, +0, +0, +0, +0\.00000000ss, +0, +0, +0\.00000000ss$/m);

  write.destroy();
  await until(async () => !(await dump('dump_requests')).includes('\none,'));
  expect((await server.call('GET', '/api/v1/pods', { token: 'ann' })).code).toBe(200);
});

test('a watch has its seat only until it has begun', async () => {
  await using server = await startApiServer({
    config: { staticTokens: annAndAdmin, authorizationModes: ['AlwaysAllow'], maxRequestsInFlight: 10 },
  });
  await oneSeatForAnn(server);
  const watch = httpsRequest(`${server.url}/api/v1/pods?watch=1`, { ca: server.ca, headers: { authorization: 'Bearer ann' } });
  watch.on('error', () => {});
  watch.end();
  await once(watch, 'response');
  expect((await server.call('GET', '/api/v1/pods', { token: 'ann' })).code).toBe(200);
  watch.destroy();
});

test('a schema says when its level is missing', async () => {
  await using server = await startApiServer();
  const rules = [{ subjects: [{ kind: 'User', user: { name: 'ann' } }], resourceRules: ALL }];
  const schema = { metadata: { name: 'ann' }, spec: { priorityLevelConfiguration: { name: 'late' }, rules } };
  await server.call('POST', `${GROUP}/flowschemas`, { body: schema });
  const said = async () => (await server.call('GET', `${GROUP}/flowschemas/ann`)).body.status?.conditions?.[0]?.reason;
  await until(async () => (await said()) === 'NotFound');
  const spec = { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } };
  await server.call('POST', `${GROUP}/prioritylevelconfigurations`, { body: { metadata: { name: 'late' }, spec } });
  await until(async () => (await said()) === 'Found');
});

test('mandatory objects are put right, suggested ones unless somebody made them their own', async () => {
  const clock = new FakeClock();
  await using server = await startApiServer({ clock });
  const get = async (path: string) => (await server.call('GET', `${GROUP}/${path}`)).body;
  const patch = (path: string, body: object) =>
    server.call('PATCH', `${GROUP}/${path}`, { body, headers: { 'content-type': 'application/merge-patch+json' } });
  const before = await get('flowschemas/kube-scheduler');
  const precedence = { spec: { matchingPrecedence: 4000 } };
  await patch('flowschemas/service-accounts', precedence);
  await patch('flowschemas/global-default', { metadata: { annotations: { 'apf.kubernetes.io/autoupdate-spec': 'false' } }, ...precedence });
  await patch('flowschemas/catch-all', { metadata: { annotations: { 'apf.kubernetes.io/autoupdate-spec': 'false' } } });
  await server.call('DELETE', `${GROUP}/prioritylevelconfigurations/exempt`);
  await server.call('DELETE', `${GROUP}/flowschemas/system-nodes`);
  const old = { metadata: { name: 'old', annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } }, spec: before.spec };
  await server.call('POST', `${GROUP}/flowschemas`, { body: old });
  expect((await server.call('GET', '/api/v1/pods')).headers['x-kubernetes-pf-prioritylevel-uid']).toBe('');

  await clock.advance(60_000);
  await until(async () => (await get('flowschemas/old')).code === 404);
  expect((await get('flowschemas/service-accounts')).spec.matchingPrecedence).toBe(9000);
  expect((await get('flowschemas/global-default')).spec.matchingPrecedence).toBe(4000);
  expect((await get('flowschemas/catch-all')).metadata.annotations).toEqual({ 'apf.kubernetes.io/autoupdate-spec': 'true' });
  expect((await get('prioritylevelconfigurations/exempt')).spec.type).toBe('Exempt');
  expect((await get('flowschemas/system-nodes')).kind).toBe('FlowSchema');
  expect((await get('flowschemas/kube-scheduler')).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  expect((await get('prioritylevelconfigurations/workload-low')).metadata.generation).toBe(1);
});
