import { expect, test } from 'vitest';
import type { Log } from '../../../base/log.ts';
import type { RequestContext } from '../request.ts';
import { parseRequestInfo } from './request-info.ts';
import { requestLog } from './request-log.ts';

function asked(method: string, url: string): RequestContext {
  const { pathname, searchParams } = new URL(url, 'https://localhost');
  return {
    id: 'a-1',
    method,
    url,
    headers: { 'user-agent': 'kubectl/v1.36' },
    info: parseRequestInfo(method, pathname, searchParams),
    socket: { remoteAddress: '127.0.0.1', remotePort: 5000 },
    user: { username: 'jane', groups: [] },
  } as unknown as RequestContext;
}

function logged(all: boolean, url: string, durationMs: number): unknown[] {
  const lines: unknown[] = [];
  const log = { info: (fields: object, message: string) => lines.push([message, fields]) } as unknown as Log;
  requestLog(log, all).finished(asked('GET', url), 200, durationMs);
  return lines;
}

test('every request, where that is wanted', () => {
  const fields = {
    verb: 'list',
    URI: '/api/v1/pods?limit=5',
    latencyMs: 1.5,
    userAgent: 'kubectl/v1.36',
    user: 'jane',
    auditID: 'a-1',
    srcIP: '127.0.0.1:5000',
    resp: 200,
  };
  expect(logged(true, '/api/v1/pods?limit=5', 1.5)).toEqual([['HTTP request', fields]]);
});

test('else only what took long and was not meant to', () => {
  expect(logged(false, '/api/v1/pods', 999)).toEqual([]);
  expect(logged(false, '/api/v1/pods', 1000)).toHaveLength(1);
  expect(logged(false, '/api/v1/pods?watch=1', 60_000)).toEqual([]);
});
