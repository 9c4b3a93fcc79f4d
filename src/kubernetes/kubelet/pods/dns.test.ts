import { expect, test } from 'vitest';
import { podOf } from '../../../../test/support/kubelet-pods.ts';
import type { PodSpec } from '../../api/generated/core-v1.ts';
import { dnsConfigOf, parseResolvConf } from './dns.ts';

const host = { servers: ['127.0.0.11', '192.0.2.53'], searches: ['corp.example'], options: ['edns0'] };
const settings = { clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local', host };
const cluster = ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'corp.example'];

test.each<{ name: string; spec: Partial<PodSpec>; servers: string[]; searches: string[]; options: string[] }>([
  { name: 'ClusterFirst', spec: {}, servers: ['10.96.0.10'], searches: cluster, options: ['ndots:5'] },
  {
    name: 'Default, without resolvers that only the node can reach',
    spec: { dnsPolicy: 'Default' },
    servers: ['192.0.2.53'],
    searches: ['corp.example'],
    options: ['edns0'],
  },
  { name: 'host network uses the node', spec: { hostNetwork: true }, ...host },
  {
    name: 'unless it asks for the cluster',
    spec: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
    servers: ['10.96.0.10'],
    searches: cluster,
    options: ['ndots:5'],
  },
  {
    name: 'None has only its own',
    spec: {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['9.9.9.9'], searches: ['a'], options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }] },
    },
    servers: ['9.9.9.9'],
    searches: ['a'],
    options: ['ndots:2', 'rotate'],
  },
  {
    name: 'own options win',
    spec: { dnsConfig: { nameservers: ['9.9.9.9'], options: [{ name: 'ndots', value: '1' }] } },
    servers: ['10.96.0.10', '9.9.9.9'],
    searches: cluster,
    options: ['ndots:1'],
  },
])('$name', ({ spec, servers, searches, options }) => {
  expect(dnsConfigOf(podOf(spec), settings)).toEqual({ servers, searches, options });
});

test('a resolv.conf', () => {
  expect(parseResolvConf('# c\nnameserver 1.1.1.1\nsearch a.b. c\noptions ndots:0\nnameserver ::1\n')).toEqual({
    servers: ['1.1.1.1', '::1'],
    searches: ['a.b', 'c'],
    options: ['ndots:0'],
  });
});
