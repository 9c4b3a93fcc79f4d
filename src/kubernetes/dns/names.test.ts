import { expect, test } from 'vitest';
import { addressOfReverse, parseName, undash } from './names.ts';

test.each([
  ['cluster.local', { kind: 'apex' }],
  ['dns-version.cluster.local', { kind: 'version' }],
  ['svc.cluster.local', { kind: 'branch' }],
  ['default.svc.cluster.local', { kind: 'branch', namespace: 'default' }],
  ['web.default.svc.cluster.local', { kind: 'service', namespace: 'default', service: 'web' }],
  ['web-0.web.default.svc.cluster.local', { kind: 'endpoint', namespace: 'default', service: 'web', hostname: 'web-0' }],
  ['_http._tcp.web.default.svc.cluster.local', { kind: 'port', namespace: 'default', service: 'web', port: 'http', protocol: 'tcp' }],
  ['10-244-0-2.default.pod.cluster.local', { kind: 'pod', namespace: 'default', address: '10-244-0-2' }],
  ['a.b.c.web.default.svc.cluster.local', { kind: 'unknown' }],
  ['web.cluster.local', { kind: 'unknown' }],
])('%s', (name, asked) => {
  expect(parseName(name, 'cluster.local')).toEqual(asked);
});

test.each([
  ['10-244-0-2', '10.244.0.2'],
  ['fd00--2', 'fd00::2'],
  ['300-1-1-1', undefined],
  ['web', undefined],
])('the address in %s', (text, address) => {
  expect(undash(text)).toBe(address);
});

test.each([
  ['10.0.96.10.in-addr.arpa', '10.96.0.10'],
  ['2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa', 'fd00::2'],
  ['example.com', undefined],
])('the address of the reverse name %s', (name, address) => {
  expect(addressOfReverse(name)).toBe(address);
});
