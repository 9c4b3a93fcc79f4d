import { expect, test } from 'vitest';
import { staleFlows, udpFlows } from './conntrack.ts';
import { service, slice } from './testing.ts';

const place = { nodeName: 'here' };
const dns = (ips: string[]) =>
  udpFlows(service({ ports: [{ port: 53, protocol: 'UDP', nodePort: 30053 }] }), [slice(ips.map((ip) => ({ ip })))], place);
const none = new Map();

test('TCP services have no flows to forget', () => {
  expect(udpFlows(service(), [slice([{ ip: '10.244.0.2' }])], place).size).toBe(0);
});

test.each([
  { name: 'nothing changed', before: dns(['10.244.0.2']), now: dns(['10.244.0.2']), stale: [] },
  {
    name: 'an endpoint went',
    before: dns(['10.244.0.2', '10.244.0.3']),
    now: dns(['10.244.0.3']),
    stale: [
      '-D -f ipv4 -p udp --orig-dst 10.96.0.60 --orig-port-dst 53 --dst-nat 10.244.0.2',
      '-D -f ipv4 -p udp --orig-port-dst 30053 --dst-nat 10.244.0.2',
    ],
  },
  {
    name: 'the first endpoint came',
    before: dns([]),
    now: dns(['10.244.0.2']),
    stale: ['-D -f ipv4 -p udp --orig-dst 10.96.0.60 --orig-port-dst 53', '-D -f ipv4 -p udp --orig-port-dst 30053'],
  },
  {
    name: 'the service went',
    before: dns(['10.244.0.2']),
    now: none,
    stale: [
      '-D -f ipv4 -p udp --orig-dst 10.96.0.60 --orig-port-dst 53 --dst-nat 10.244.0.2',
      '-D -f ipv4 -p udp --orig-port-dst 30053 --dst-nat 10.244.0.2',
    ],
  },
])('$name', ({ before, now, stale }) => {
  expect(staleFlows(before, now).map((args) => args.join(' '))).toEqual(stale);
});
