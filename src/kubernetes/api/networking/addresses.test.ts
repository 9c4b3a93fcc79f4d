import { describe, expect, test } from 'vitest';
import { createFaults, updateFaults } from '../../../../test/support/kind.ts';
import type { ServiceCIDR } from '../generated/networking-v1.ts';
import { ipAddresses } from './ip-address.ts';
import { serviceCidrs } from './service-cidr.ts';

const address = (name: string, parentRef: object) => ({ metadata: { name }, spec: { parentRef } });
const service = { resource: 'services', namespace: 'ns', name: 'a' };

describe('addresses', () => {
  test.each([
    { name: 'IPv4', body: address('10.0.0.1', service), faults: [] },
    { name: 'IPv6', body: address('2001:db8::1', service), faults: [] },
    {
      name: 'a name that is none',
      body: address('host', service),
      faults: ['metadata.name: Invalid value: "host": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    },
    {
      name: 'a parent without a name',
      body: address('10.0.0.1', {}),
      faults: ['spec.parentRef.resource: Required value', 'spec.parentRef.name: Required value'],
    },
  ])('$name', ({ body, faults }) => {
    expect(createFaults(ipAddresses, body)).toEqual(faults);
  });

  test('belong to whom they belong', () => {
    expect(
      updateFaults(ipAddresses, address('10.0.0.1', service), (next) => {
        next.spec.parentRef.name = 'b';
      }),
    ).toEqual(['spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"ns","Name":"b"}: field is immutable']);
  });
});

describe('networks of services', () => {
  const networks = (...cidrs: string[]) => ({ metadata: { name: 'more' }, spec: { cidrs } });
  const [v4, v6] = ['10.1.0.0/16', '2001:db8::/64'];

  test.each([
    { name: 'one', cidrs: [v4], faults: [] },
    { name: 'one of each family', cidrs: [v6, v4], faults: [] },
    { name: 'none', cidrs: [], faults: ['spec.cidrs: Required value: at least one CIDR required'] },
    {
      name: 'two of a family',
      cidrs: [v4, '10.2.0.0/16'],
      faults: [
        'spec.cidrs: Invalid value: ["10.1.0.0/16","10.2.0.0/16"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ],
    },
    { name: 'three', cidrs: [v4, v6, v4], faults: [expect.stringContaining('may only hold up to 2 values')] },
    {
      name: 'no network',
      cidrs: ['10.0.0.1'],
      faults: [expect.stringContaining('spec.cidrs[0]: Invalid value: "10.0.0.1": must be a valid CIDR')],
    },
  ])('$name', ({ cidrs, faults }) => {
    expect(createFaults(serviceCidrs, networks(...cidrs))).toEqual(faults);
  });

  test.each([
    { name: 'another', cidrs: ['10.2.0.0/16'], faults: ['spec.cidrs[0]: Invalid value: "10.2.0.0/16": field is immutable'] },
    { name: 'a second family', cidrs: [v4, v6], faults: [] },
    { name: 'gone', cidrs: undefined, faults: ['spec.cidrs: Invalid value: null: field is immutable'] },
  ])('changed: $name', ({ cidrs, faults }) => {
    const change = (next: ServiceCIDR) => {
      next.spec = cidrs ? { cidrs } : {};
    };
    expect(updateFaults(serviceCidrs, networks(v4), change)).toEqual(faults);
  });
});
