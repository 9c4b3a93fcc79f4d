import { expect, test } from 'vitest';
import { parseRequestInfo } from './request-info.ts';

const parse = (method: string, path: string, query = '') => parseRequestInfo(method, path, new URLSearchParams(query));

test.each([
  {
    name: 'a core collection',
    method: 'GET',
    path: '/api/v1/pods',
    info: { verb: 'list', group: '', version: 'v1', resource: 'pods', namespace: '', name: '' },
  },
  {
    name: 'a collection in a namespace',
    method: 'POST',
    path: '/apis/apps/v1/namespaces/ns/deployments',
    info: { verb: 'create', group: 'apps', resource: 'deployments', namespace: 'ns' },
  },
  {
    name: 'an object',
    method: 'PUT',
    path: '/api/v1/namespaces/ns/pods/p',
    info: { verb: 'update', resource: 'pods', namespace: 'ns', name: 'p' },
  },
  {
    name: 'a subresource',
    method: 'PATCH',
    path: '/api/v1/namespaces/ns/pods/p/status',
    info: { verb: 'patch', name: 'p', subresource: 'status', parts: [] },
  },
  {
    name: 'what follows a subresource',
    method: 'GET',
    path: '/api/v1/nodes/n/proxy/metrics/cadvisor',
    info: { name: 'n', subresource: 'proxy', parts: ['metrics', 'cadvisor'] },
  },
  {
    name: 'a namespace itself',
    method: 'GET',
    path: '/api/v1/namespaces/ns',
    info: { verb: 'get', resource: 'namespaces', namespace: 'ns', name: 'ns' },
  },
  {
    name: 'a subresource of a namespace',
    method: 'PUT',
    path: '/api/v1/namespaces/ns/finalize',
    info: { resource: 'namespaces', name: 'ns', subresource: 'finalize' },
  },
  { name: 'all namespaces', method: 'GET', path: '/api/v1/namespaces', info: { verb: 'list', resource: 'namespaces', namespace: '' } },
  { name: 'a collection to delete', method: 'DELETE', path: '/api/v1/namespaces/ns/pods', info: { verb: 'deletecollection' } },
  { name: 'escaped names', method: 'GET', path: '/api/v1/nodes/a%3Ab', info: { name: 'a:b' } },
])('$name', ({ method, path, info }) => {
  expect(parse(method, path)).toMatchObject({ isResourceRequest: true, ...info });
});

test.each(['/', '/healthz', '/api', '/api/v1', '/apis/apps', '/apis/apps/v1', '/openapi/v2', '/version'])(
  '%s is about no resource',
  (path) => {
    expect(parse('GET', path)).toMatchObject({ isResourceRequest: false, verb: 'get', path });
  },
);

test.each([
  { query: 'watch=1', verb: 'watch' },
  { query: 'watch=true', verb: 'watch' },
  { query: 'watch', verb: 'watch' },
  { query: 'watch=false', verb: 'list' },
  { query: 'watch=0', verb: 'list' },
])('?$query is a $verb', ({ query, verb }) => {
  expect(parse('GET', '/api/v1/pods', query).verb).toBe(verb);
});

test('a list of one name is about that name', () => {
  expect(parse('GET', '/api/v1/pods', 'fieldSelector=metadata.name%3Da')).toMatchObject({ verb: 'list', name: 'a' });
  expect(parse('GET', '/api/v1/pods', 'fieldSelector=metadata.name!%3Da').name).toBe('');
});
