import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { hasReference, referenceText } from '../../support/reference.ts';

describe('metrics', () => {
  let api: TestApiServer;

  beforeAll(async () => {
    api = await startApiServer();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const scrape = async () => (await api.call('GET', '/metrics')).text;

  test('requests, by what they are about', async () => {
    await api.call('GET', '/api/v1/namespaces/default');
    const text = await scrape();
    const what = 'verb="GET",dry_run="",group="",version="v1",resource="namespaces",subresource="",scope="resource",component="apiserver"';
    expect(text).toContain(`apiserver_request_total{${what},code="200"} 1`);
    expect(text).toContain(`apiserver_request_duration_seconds_count{${what}} 1`);
    expect(text).toContain(`apiserver_request_sli_duration_seconds_count{${what.replace('dry_run="",', '')}} 1`);
  });

  test('who asked, and whether they might', async () => {
    await api.call('GET', '/api/v1/nodes', { token: 'nonsense' });
    await api.call('GET', '/version', { token: '' });
    await api.call('GET', '/api/v1/nodes', { client: await api.sign({ commonName: 'ann@example.com' }) });
    const text = await scrape();
    expect(text).toContain('authentication_attempts{result="failure"} 1');
    expect(text).toContain('authenticated_user_requests{username="email_id"} 1');
    expect(text).toContain('authenticated_user_requests{username="other"} 1');
    expect(text).toMatch(/authenticated_user_requests\{username="admin"\} [1-9]/);
    expect(text).toContain('authorization_attempts_total{result="no-opinion"} 1');
    expect(text).toMatch(/authorization_duration_seconds_count\{result="allowed"\} [1-9]/);
  });

  test('events of watches', async () => {
    await api.call('GET', '/api/v1/namespaces?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Ddefault');
    const text = await scrape();
    expect(text).toContain('apiserver_watch_events_total{group="",version="v1",resource="namespaces"} 1');
    expect(text).toContain('apiserver_watch_events_sizes_count{group="",version="v1",resource="namespaces"} 1');
  });

  test('sizes of answers to reads and of bodies of writes, and what was done about unknown fields', async () => {
    const body = { metadata: { name: 'measured' }, data: { text: 'x' } };
    await api.call('POST', '/api/v1/namespaces/default/configmaps?fieldValidation=Strict', { body });
    await api.call('GET', '/api/v1/namespaces/default/configmaps/measured');
    const text = await scrape();
    const about = 'group="",version="v1",resource="configmaps",subresource="",scope="resource",component="apiserver"';
    expect(text).toContain(`apiserver_response_sizes_bucket{verb="GET",${about},le="1000"} 1`);
    expect(text).not.toMatch(/apiserver_response_sizes_count\{verb="POST"/);
    expect(text).toContain('apiserver_request_body_size_bytes_count{resource="configmaps",verb="create"} 1');
    expect(text).toContain('field_validation_request_duration_seconds_count{field_validation="Strict"} 1');
  });

  test('storage and the watch cache', async () => {
    const before = await scrape();
    const countOf = (text: string, line: string) =>
      Number(
        text
          .split('\n')
          .find((one) => one.startsWith(`${line} `))
          ?.split(' ')[1] ?? 0,
      );
    await api.call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'stored' } } });
    await api.call('DELETE', '/api/v1/namespaces/default/configmaps/stored');
    await api.call('GET', '/api/v1/namespaces/default/configmaps?limit=1');
    await api.call('GET', '/api/v1/configmaps');
    const after = await scrape();
    const grew = (line: string) => countOf(after, line) - countOf(before, line);
    const both = 'group="",resource="configmaps"';
    expect(grew(`etcd_requests_total{operation="create",${both}}`)).toBe(1);
    expect(grew(`etcd_request_duration_seconds_count{operation="delete",${both}}`)).toBe(1);
    expect(grew(`apiserver_watch_cache_events_received_total{${both}}`)).toBe(2);
    expect(grew(`apiserver_cache_list_total{${both},index=""}`)).toBe(2);
    expect(grew(`apiserver_watch_cache_consistent_read_total{${both},success="true",fallback="false"}`)).toBe(2);
    expect(countOf(after, `apiserver_resource_size_estimate_bytes{${both}}`)).toBeGreaterThan(0);
    expect(countOf(after, `apiserver_watch_cache_resource_version{${both}}`)).toBeGreaterThan(0);
    expect(after).toMatch(/^apiserver_storage_size_bytes\{storage_cluster_id="etcd-0"\} \d+$/m);
  });

  test('handshakes that fail', async () => {
    const { port, hostname } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.end('this is not TLS');
    await once(socket.resume(), 'close');
    expect(await scrape()).toContain('apiserver_tls_handshake_errors_total 1');
  });

  test('what has no value yet is not shown', async () => {
    expect(await scrape()).not.toContain('apiserver_request_terminations_total');
  });

  test('the process', async () => {
    const text = await scrape();
    expect(text).toMatch(/^# TYPE process_cpu_seconds_total counter$/m);
    expect(text).toMatch(/^kubernetes_build_info\{major="1",minor="36",git_version="v1.36/m);
  });

  test.skipIf(!hasReference)('names and types are those of upstream', async () => {
    const upstream = new Set(referenceText('apiserver-metric-names.txt').split('\n'));
    const ours = [...(await scrape()).matchAll(/^# TYPE (\S+ \S+)$/gm)].map(([, entry]) => entry as string);
    expect(ours.filter((entry) => !upstream.has(entry))).toEqual([]);
  });
});
