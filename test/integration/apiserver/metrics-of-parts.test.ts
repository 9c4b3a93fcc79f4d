import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parsePolicy } from '../../../src/kubernetes/apiserver/audit/policy.ts';
import type { ApiServerConfig } from '../../../src/kubernetes/apiserver/config.ts';
import { parseEncryptionConfig } from '../../../src/kubernetes/apiserver/encryption/encryption-config.ts';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

/** What `/metrics` says after `act`. */
async function scraped(config: Partial<ApiServerConfig>, act: (server: TestApiServer) => Promise<void>): Promise<string> {
  await using server = await startApiServer({ config });
  await act(server);
  return (await server.call('GET', '/metrics')).text;
}

test('addresses and node ports of services', async () => {
  const services = '/api/v1/namespaces/default/services';
  const codes: number[] = [];
  const text = await scraped({}, async (server) => {
    const create = async (name: string, spec: object) => {
      const body = { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } };
      codes.push((await server.call('POST', services, { body })).code);
    };
    await create('chosen', { clusterIP: '10.96.7.7' });
    await create('taken', { clusterIP: '10.96.7.7' });
    await create('any', { type: 'NodePort' });
    await create('named', { type: 'NodePort', ports: [{ port: 80, nodePort: 30001 }] });
    await create('named-too', { type: 'NodePort', ports: [{ port: 80, nodePort: 30001 }] });
  });
  expect(codes).toEqual([201, 422, 201, 201, 422]);
  const addresses = 'kube_apiserver_clusterip_allocator';
  // The service of the API server itself names its address, too.
  expect(text).toContain(`${addresses}_allocation_total{cidr="10.96.0.0/16",scope="static"} 2\n`);
  expect(text).toContain(`${addresses}_allocation_errors_total{cidr="10.96.0.0/16",scope="static"} 1\n`);
  const dynamic = Number(/clusterip_allocator_allocation_total\{cidr="10.96.0.0\/16",scope="dynamic"\} (\d+)/.exec(text)?.[1]);
  expect(dynamic).toBeGreaterThanOrEqual(2);
  expect(text).toContain(`${addresses}_allocation_duration_seconds_count{cidr="10.96.0.0/16"} ${dynamic}\n`);
  expect(text).toContain(`${addresses}_allocated_ips{cidr="10.96.0.0/16"} 4\n`);
  expect(text).toContain(`${addresses}_available_ips{cidr="10.96.0.0/16"} ${2 ** 16 - 2 - 4}\n`);
  const ports = 'kube_apiserver_nodeport_allocator';
  expect(text).toContain(`${ports}_allocation_total{scope="dynamic"} 1\n`);
  expect(text).toContain(`${ports}_allocation_total{scope="static"} 1\n`);
  expect(text).toContain(`${ports}_allocation_errors_total{scope="static"} 1\n`);
  expect(text).toContain(`${ports}_allocated_ports 2\n`);
  expect(text).toContain(`${ports}_available_ports 2766\n`);
});

test('what is written down, and how much of each request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audit-metrics-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const rules = '[{level: None, nonResourceURLs: [/version]}, {level: Metadata}]';
  const policy = parsePolicy(`{apiVersion: audit.k8s.io/v1, kind: Policy, omitStages: [RequestReceived], rules: ${rules}}`);
  const log = { path: join(folder, 'audit.log'), maxBytes: 1e9, maxBackups: 0, maxAgeDays: 0 };
  const text = await scraped({ audit: { policy, log } }, async (server) => {
    await server.call('GET', '/version');
    await server.call('GET', '/api/v1/namespaces/default');
  });
  expect(text).toContain('apiserver_audit_level_total{level="None"} 1\n');
  // The request for the metrics is not yet complete when it is answered.
  expect(text).toContain('apiserver_audit_level_total{level="Metadata"} 2\n');
  expect(text).toContain('apiserver_audit_event_total 1\n');
  expect(text).toContain('apiserver_audit_requests_rejected_total 0\n');
  expect(text).not.toContain('apiserver_audit_error_total');
});

test('values encrypted', async () => {
  const secret = Buffer.alloc(32, 1).toString('base64');
  const encryption = parseEncryptionConfig(
    `{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration,
      resources: [{resources: [secrets], providers: [{aescbc: {keys: [{name: one, secret: "${secret}"}]}}]}]}`,
  );
  const text = await scraped({ encryption }, async (server) => {
    await server.call('POST', '/api/v1/namespaces/default/secrets', { body: { metadata: { name: 'hidden' } } });
    await server.call('GET', '/api/v1/namespaces/default/secrets?limit=1');
  });
  const labels = 'transformation_type="to_storage",transformer_prefix="k8s:enc:aescbc:v1:"';
  expect(text).toContain(`apiserver_storage_transformation_operations_total{${labels},status="OK"} 1\n`);
  expect(text).toContain(`apiserver_storage_transformation_duration_seconds_count{${labels}} 1\n`);
});

test('tokens of service accounts', async () => {
  const text = await scraped({}, async (server) => {
    await server.call('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'default' } } });
    const { body } = await server.call('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', {
      body: { spec: { expirationSeconds: 3607, boundObjectRef: null } },
    });
    expect((await server.call('GET', '/version', { token: body.status.token })).code).toBe(200);
  });
  expect(text).toContain('serviceaccount_legacy_tokens_total 0\n');
  expect(text).toContain('serviceaccount_stale_tokens_total 0\n');
  expect(text).toMatch(/^serviceaccount_valid_tokens_total \d+$/m);
});

test('requests that took too long', async () => {
  const text = await scraped({ requestTimeoutSeconds: 1 }, async (server) => {
    expect((await server.call('GET', '/api/v1/namespaces/default?resourceVersion=999999')).code).toBe(504);
  });
  expect(text).toMatch(/apiserver_request_terminations_total\{verb="GET",.*resource="namespaces",.*code="504"\} 1/);
});
