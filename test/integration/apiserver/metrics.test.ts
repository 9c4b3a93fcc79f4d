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

  test('the process', async () => {
    const text = await scrape();
    expect(text).toMatch(/^# TYPE process_cpu_seconds_total counter$/m);
    expect(text).toMatch(/^kubernetes_build_info\{major="1",minor="36",git_version="v1.36/m);
  });

  test.skipIf(!hasReference)('names and types are those of upstream', async () => {
    const upstream = new Set(referenceText('apiserver-metric-names.txt').split('\n'));
    const ours = [...(await scrape()).matchAll(/^# TYPE (\S+ \S+)$/gm)].map(([, entry]) => entry as string);
    // Upstream shows this one only once a request was refused.
    expect(ours.filter((entry) => !upstream.has(entry))).toEqual(['apiserver_flowcontrol_rejected_requests_total counter']);
  });
});
