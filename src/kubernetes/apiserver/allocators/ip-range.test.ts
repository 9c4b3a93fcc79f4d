import { describe, expect, test } from 'vitest';
import { canonicalIp, IpRange } from './ip-range.ts';

describe('ranges', () => {
  test.each([
    { cidr: '10.96.0.0/16', size: 65_534, reserved: 256, first: '10.96.0.1', inside: '10.96.255.254', outside: '10.96.255.255' },
    { cidr: '10.96.0.0/24', size: 254, reserved: 16, first: '10.96.0.1', inside: '10.96.0.254', outside: '10.96.0.0' },
    { cidr: '10.96.0.0/20', size: 4094, reserved: 256, first: '10.96.0.1', inside: '10.96.15.254', outside: '10.96.16.0' },
    { cidr: '10.0.0.77/30', size: 2, reserved: 0, first: '10.0.0.77', inside: '10.0.0.78', outside: '10.0.0.76' },
    { cidr: '192.168.0.0/28', size: 14, reserved: 0, first: '192.168.0.1', inside: '192.168.0.14', outside: '::1' },
    { cidr: 'fd00:10:96::/112', size: 65_535, reserved: 256, first: 'fd00:10:96::1', inside: 'fd00:10:96::ffff', outside: 'fd00:10:96::' },
    { cidr: '10.0.0.1/32', size: 0, reserved: 0, first: '10.0.0.2', inside: undefined, outside: '10.0.0.1' },
  ])('$cidr', ({ cidr, size, reserved, first, inside, outside }) => {
    const range = new IpRange(cidr);
    expect([range.size, range.reserved, range.at(1)]).toEqual([size, reserved, first]);
    if (inside) expect(range.contains(inside)).toBe(true);
    expect(range.contains(outside)).toBe(false);
  });

  test.each(['10.96.0.0', '10.96.0.0/33', 'x/8'])('%s is none', (cidr) => {
    expect(() => new IpRange(cidr)).toThrow(`invalid service cluster IP range ${cidr}`);
  });
});

test.each([
  { said: '::', written: '::' },
  { said: '0:0:0:0:0:0:0:1', written: '::1' },
  { said: 'FD00::0:A', written: 'fd00::a' },
  { said: '2001:db8:0:0:1:0:0:1', written: '2001:db8::1:0:0:1' },
  { said: '1:0:3:4:5:6:0:0', written: '1:0:3:4:5:6::' },
  { said: '1:0:3:4:5:6:7:8', written: '1:0:3:4:5:6:7:8' },
  { said: '10.0.0.1', written: '10.0.0.1' },
  { said: 'host', written: undefined },
])('$said is written $written', ({ said, written }) => {
  expect(canonicalIp(said)).toBe(written);
});
