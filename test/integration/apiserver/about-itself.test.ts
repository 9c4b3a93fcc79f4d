import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

describe('what the server says about itself', () => {
  let api: TestApiServer;

  beforeAll(async () => {
    api = await startApiServer({ config: { flags: { 'event-ttl': '1h', 'api-audiences': 'a,b' } } });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  test('the root lists every path', async () => {
    const { code, headers, text, body } = await api.call('GET', '/');
    expect([code, headers['content-type']]).toEqual([200, 'application/json']);
    expect(text.startsWith('{\n  "paths": [\n    "/.well-known/openid-configuration",\n    "/api",\n    "/api/v1",\n    "/apis",')).toBe(
      true,
    );
    const expected = ['/apis/apps', '/apis/apps/v1', '/healthz/etcd', '/livez', '/readyz/informer-sync', '/metrics', '/metrics/slis'];
    expect(body.paths).toEqual(
      expect.arrayContaining([...expected, '/openapi/v2', '/openapi/v3', '/openid/v1/jwks', '/statusz', '/version']),
    );
    expect((await api.call('GET', '/index.html')).text).toBe(text);
  });

  test.each(['/logs', '/logs/', '/debug/pprof/', '/debug/flags/v', '/configz', '/healthz/nope', '/swagger.json', '/nope'])(
    '%s is not there',
    async (path) => {
      expect(await api.call('GET', path)).toMatchObject({ code: 404, text: '404 page not found\n' });
    },
  );

  test('only who may look sees it', async () => {
    for (const path of ['/', '/statusz', '/flagz', '/metrics/slis']) {
      expect((await api.call('GET', path, { token: '' })).code).toBe(401);
    }
  });

  test.each([undefined, '*/*', 'text/plain', 'application/json, text/plain;q=0.5'])('pages are text for Accept: %s', async (accept) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const status = await api.call('GET', '/statusz', { headers });
    expect(status.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(status.text).toMatch(/^\napiserver statusz\nWarning: This endpoint is not meant to be machine parseable/);
    expect(status.text).toMatch(/\nPaths: \/flagz \/healthz \/livez \/metrics \/readyz \/statusz \/version\n$/);
    expect((await api.call('GET', '/flagz', { headers })).text).toMatch(/purposes only.\napi-audiences=a,b\nevent-ttl=1h\n$/);
  });

  test('pages are objects for who names their kind', async () => {
    const as = (kind: string, version: string) => ({ headers: { accept: `application/json;as=${kind};v=${version};g=config.k8s.io` } });
    const status = await api.call('GET', '/statusz', as('Statusz', 'v1beta1'));
    expect(status.body).toMatchObject({
      kind: 'Statusz',
      apiVersion: 'config.k8s.io/v1beta1',
      metadata: { name: 'apiserver' },
      uptimeSeconds: expect.any(Number),
      emulationVersion: '1.36',
    });
    expect(status.headers.warning).toBeUndefined();
    const flags = await api.call('GET', '/flagz', as('Flagz', 'v1alpha1'));
    expect(flags.body).toMatchObject({ apiVersion: 'config.k8s.io/v1alpha1', flags: { 'event-ttl': '1h', 'api-audiences': 'a,b' } });
    expect(flags.headers.warning).toMatch(/^299 - "This version of the flagz endpoint is deprecated/);
    const refused = await api.call('GET', '/statusz', as('Flagz', 'v1beta1'));
    expect([refused.code, refused.body.reason]).toEqual([406, 'NotAcceptable']);
  });

  test('how the checks went is counted', async () => {
    await api.call('GET', '/livez/etcd');
    await api.call('GET', '/readyz?exclude=log');
    const { text } = await api.call('GET', '/metrics/slis');
    expect(text).toContain('kubernetes_healthcheck{name="etcd",type="livez"} 1');
    expect(text).toContain('kubernetes_healthchecks_total{name="etcd",status="success",type="readyz"} 1');
    expect(text).not.toContain('name="log"');
  });

  test('a failure is a Status in the encoding the client reads', async () => {
    const accept = 'application/vnd.kubernetes.protobuf,application/json';
    const proto = await api.call('GET', '/api/v1/namespaces/nowhere', { headers: { accept } });
    expect([proto.code, proto.headers['content-type']]).toEqual([404, 'application/vnd.kubernetes.protobuf']);
    expect(proto.text.startsWith('k8s\0')).toBe(true);
    expect(proto.text).toContain('namespaces "nowhere" not found');
    const stranger = await api.call('GET', '/api/v1/nodes', { headers: { accept }, token: '' });
    expect([stranger.code, stranger.headers['content-type']]).toEqual([401, 'application/vnd.kubernetes.protobuf']);
    const metadata = `application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json`;
    expect((await api.call('GET', '/api/v1/namespaces/nowhere', { headers: { accept: metadata } })).body.reason).toBe('NotFound');
    const yaml = await api.call('GET', '/api/v1/namespaces/nowhere', { headers: { accept: 'application/yaml' } });
    expect(yaml.text).toContain('reason: NotFound\n');
  });
});
