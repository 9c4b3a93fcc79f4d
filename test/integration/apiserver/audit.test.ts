import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AuditEvent } from '../../../src/kubernetes/apiserver/audit/audit-event.ts';
import { parsePolicy } from '../../../src/kubernetes/apiserver/audit/policy.ts';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

/** What is written down while `act` runs, whose requests have the ids it gives them. */
async function audited(rules: string, act: (server: TestApiServer) => Promise<unknown>): Promise<AuditEvent[]> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'audit.log');
  const policy = parsePolicy(`{apiVersion: audit.k8s.io/v1, kind: Policy, omitManagedFields: true, rules: [${rules}]}`);
  {
    await using server = await startApiServer({
      config: { audit: { policy, log: { path, maxBytes: 1e9, maxBackups: 0, maxAgeDays: 0 } } },
    });
    await act(server);
  }
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

test('who did what to which object, and why they might', async () => {
  const events = await audited('{level: Metadata}', async (server) => {
    const body = { metadata: { name: 'settings' }, data: { a: 'b' } };
    const { headers } = await server.call('POST', CONFIG_MAPS, { body, headers: { 'audit-id': 'mine' } });
    expect(headers['audit-id']).toBe('mine');
  });
  expect(events.map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseComplete']);
  expect(events[0]).not.toHaveProperty('responseStatus');
  expect(events[1]).toEqual({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: 'mine',
    stage: 'ResponseComplete',
    requestURI: CONFIG_MAPS,
    verb: 'create',
    user: { username: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'] },
    sourceIPs: ['127.0.0.1'],
    userAgent: 'oracle/1',
    objectRef: { resource: 'configmaps', namespace: 'default', name: 'settings', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestReceivedTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    stageTimestamp: expect.any(String),
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
  });
});

test('bodies where the policy wants them, patches as they came, without managed fields', async () => {
  const rules = '{level: RequestResponse, resources: [{resources: [configmaps]}], omitStages: [RequestReceived]}';
  const [created, patched, listed, deleted] = await audited(rules, async (server) => {
    await server.call('POST', CONFIG_MAPS, { body: { metadata: { name: 'a' }, data: { a: 'b' } } });
    const headers = { 'content-type': 'application/merge-patch+json' };
    await server.call('PATCH', `${CONFIG_MAPS}/a`, { body: { data: { a: 'c' } }, headers });
    await server.call('GET', CONFIG_MAPS, { headers: { accept: 'application/vnd.kubernetes.protobuf' } });
    await server.call('DELETE', `${CONFIG_MAPS}/a`);
  });
  expect(created?.requestObject).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { a: 'b' } });
  expect(created?.responseObject).toMatchObject({ metadata: { uid: expect.any(String) }, data: { a: 'b' } });
  expect(created?.responseObject).not.toHaveProperty('metadata.managedFields');
  expect(patched?.requestObject).toEqual({ data: { a: 'c' } });
  expect(listed?.responseObject).toMatchObject({ kind: 'ConfigMapList' });
  expect(deleted?.responseStatus).toMatchObject({ status: 'Success', details: { name: 'a', kind: 'configmaps' }, code: 200 });
});

test('refusals, failed authentication and impersonation', async () => {
  const [refused, unknown, forbidden] = await audited('{level: Metadata, omitStages: [RequestReceived]}', async (server) => {
    await server.call('GET', `${CONFIG_MAPS}/missing`);
    await server.call('GET', CONFIG_MAPS, { token: 'wrong' });
    await server.call('GET', CONFIG_MAPS, { headers: { 'impersonate-user': 'bob' } });
  });
  expect(refused?.responseStatus).toMatchObject({ status: 'Failure', reason: 'NotFound', code: 404 });
  expect(unknown).toMatchObject({
    stage: 'ResponseStarted',
    responseStatus: { message: 'Authentication failed, attempted: bearer', code: 401 },
  });
  expect(forbidden).toMatchObject({
    user: { username: 'admin' },
    impersonatedUser: { username: 'bob' },
    responseStatus: { reason: 'Forbidden', code: 403 },
    annotations: { 'authorization.k8s.io/decision': 'forbid' },
  });
});

test('a watch is written down when it begins and when it ends', async () => {
  const events = await audited('{level: Metadata, verbs: [watch]}', (server) =>
    server.call('GET', `${CONFIG_MAPS}?watch=true&timeoutSeconds=1`),
  );
  expect(events.map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete']);
});
