import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { hasReference, recorded } from '../../support/reference.ts';

interface Base {
  id: string;
  path: string;
  object: { metadata?: { name?: string } };
}

interface OddRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  code: number;
  type?: string;
  warning?: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every kind
  response: any;
}

/** What differs from run to run: identities, times, versions. */
function scrub(value: unknown): unknown {
  const text = JSON.stringify(value ?? null)
    .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-*')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '*')
    .replace(/"(resourceVersion|continue|uid|creationTimestamp|deletionTimestamp|time)":"[^"]*"/g, '"$1":"*"')
    .replace(/current: \d+/, 'current: *')
    .replace(/"name":"g-[a-z0-9]{5}"/, '"name":"g-*"');
  return JSON.parse(text);
}

/** The parts of an answer that must be the same: all of a failure, of a success what can be compared without its whole past. */
function essence(answer: { code: number; body: unknown }): unknown {
  const body = scrub(answer.body) as Record<string, unknown> | undefined;
  if (answer.code >= 400) return { code: answer.code, body };
  return {
    code: answer.code,
    kind: body?.kind,
    apiVersion: body?.apiVersion,
    keys: Object.keys(body ?? {}).sort(),
    metadata: Object.keys((body?.metadata as object | undefined) ?? {}).sort(),
  };
}

describe.skipIf(!hasReference)('requests that a real server was asked, in order', () => {
  let server: TestApiServer;
  const bases = hasReference ? recorded<Base>('bases') : [];
  const requests = hasReference ? recorded<OddRequest>('odd-requests') : [];

  beforeAll(async () => {
    server = await startApiServer();
    await server.call('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'oracle' } } });
    await server.call('POST', '/api/v1/namespaces/oracle/serviceaccounts', {
      body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
    });
    for (const base of bases) await server.call('POST', base.path, { body: base.object });
    const deployment = '/apis/apps/v1/namespaces/oracle/deployments/b-dep/status';
    await server.call('PATCH', deployment, {
      body: { status: { replicas: 3 } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  for (const [i, request] of requests.entries()) {
    test(`${i} ${request.method} ${request.path.slice(0, 120)} ${JSON.stringify(request.headers ?? {})} ${JSON.stringify(request.body ?? '').slice(0, 80)}`, async () => {
      const answer: Answer = await server.call(request.method, request.path, { body: request.body, headers: request.headers ?? {} });
      const wanted = 'raw' in (request.response ?? {}) ? undefined : request.response;
      if (wanted) expect(essence(answer)).toEqual(essence({ code: request.code, body: wanted }));
      else expect(answer.code).toBe(request.code);
      if (request.type) expect(answer.headers['content-type']).toBe(request.type);
      expect(answer.headers.warning).toBe(request.warning);
    });
  }
});
