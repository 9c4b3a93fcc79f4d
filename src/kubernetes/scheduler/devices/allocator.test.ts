import { describe, expect, test } from 'vitest';
import type { Node } from '../../api/generated/core-v1.ts';
import type {
  AllocationResult,
  Device,
  DeviceClaim,
  DeviceClass,
  ResourceClaim,
  ResourceSlice,
  ResourceSliceSpec,
} from '../../api/generated/resource-v1.ts';
import { allocate, NoDevices } from './allocator.ts';
import { DeviceSelectors } from './device-value.ts';
import { DevicesInUse } from './in-use.ts';
import { poolsOf } from './pools.ts';
import { RequestFault, requestsOf } from './requests.ts';

const node = { metadata: { name: 'node-1', labels: { zone: 'a' } }, spec: {} } as Node;
const slice = (devices: Device[], more: Partial<ResourceSliceSpec> = {}): ResourceSlice => ({
  metadata: { name: 'slice' },
  spec: { driver: 'a.b', nodeName: 'node-1', pool: { name: 'p', generation: 1, resourceSliceCount: 1 }, devices, ...more },
});
const claim = (devices: DeviceClaim): ResourceClaim => ({ metadata: { name: 'c', namespace: 'ns' }, spec: { devices } });
const requests = (...list: [name: string, request?: object][]): DeviceClaim => ({
  requests: list.map(([name, request]) => ({ name, exactly: { deviceClassName: 'any', ...request } })),
});
const classes: Record<string, DeviceClass> = {
  any: { metadata: { name: 'any' }, spec: {} },
  fast: {
    metadata: { name: 'fast' },
    spec: {
      selectors: [{ cel: { expression: 'device.attributes["a.b"].?speed.orValue(0) > 5' } }],
      config: [{ opaque: { driver: 'a.b', parameters: { mode: 'fast' } } }],
    },
  },
};

function found(claims: DeviceClaim[], slices: ResourceSlice[], used: AllocationResult[] = []): AllocationResult[] | string {
  const wanted = [];
  for (const each of claims.map(claim)) {
    const alternatives = requestsOf(each, (name) => classes[name]);
    if (alternatives instanceof RequestFault) return alternatives.reason;
    wanted.push({ claim: each, requests: alternatives });
  }
  const outcome = allocate(wanted, { node, pools: poolsOf(slices), inUse: new DevicesInUse(used), selectors: new DeviceSelectors() });
  return outcome instanceof NoDevices ? outcome.reason : outcome;
}

/** `request=device` of everything that was found. */
function names(outcome: AllocationResult[] | string): string[] | string {
  if (typeof outcome === 'string') return outcome;
  return outcome.flatMap(({ devices }) => (devices?.results ?? []).map(({ request, device }) => `${request}=${device}`));
}

const gpu = (name: string, speed: number, more: Partial<Device> = {}): Device => ({
  name,
  attributes: { speed: { int: speed }, 'a.b/board': { string: name.slice(0, 1) } },
  ...more,
});
const CANNOT = 'cannot allocate all claims';
const a1 = gpu('a1', 1);
const a9 = gpu('a9', 9);
const b9 = gpu('b9', 9);
const using = (device: string, more: object = {}): AllocationResult => ({
  devices: { results: [{ request: 'r', driver: 'a.b', pool: 'p', device, ...more }] },
});
const board = (kind: 'matchAttribute' | 'distinctAttribute') => [{ [kind]: 'a.b/board' }];

describe('devices for claims', () => {
  test.each<[string, DeviceClaim[], ResourceSlice[], AllocationResult[], string[] | string]>([
    ['the first that there is', [requests(['r'])], [slice([a1, a9])], [], ['r=a1']],
    ['one that suits the class', [requests(['r', { deviceClassName: 'fast' }])], [slice([a1, a9])], [], ['r=a9']],
    [
      'one that suits the request',
      [requests(['r', { selectors: [{ cel: { expression: 'device.attributes["a.b"].board == "b"' } }] }])],
      [slice([a1, b9])],
      [],
      ['r=b9'],
    ],
    ['none that is in use', [requests(['r'])], [slice([a1, a9])], [using('a1')], ['r=a9']],
    ['one in use, for who only looks', [requests(['r', { adminAccess: true }])], [slice([a1])], [using('a1')], ['r=a1']],
    ['one that is only looked at', [requests(['r'])], [slice([a1])], [using('a1', { adminAccess: true })], ['r=a1']],
    ['several', [requests(['r', { count: 2 }])], [slice([a1, a9])], [], ['r=a1', 'r=a9']],
    ['more than there are', [requests(['r', { count: 3 }])], [slice([a1, a9])], [], CANNOT],
    ['all there are', [requests(['r', { allocationMode: 'All', deviceClassName: 'fast' }])], [slice([a1, a9, b9])], [], ['r=a9', 'r=b9']],
    ['all, but one is in use', [requests(['r', { allocationMode: 'All' }])], [slice([a1, a9])], [using('a9')], CANNOT],
    ['for two claims', [requests(['r']), requests(['q'])], [slice([a1, a9])], [], ['r=a1', 'q=a9']],
    [
      'leaving what a later claim needs',
      [requests(['r']), requests(['q', { selectors: [{ cel: { expression: 'device.attributes["a.b"].speed == 1' } }] }])],
      [slice([a1, a9])],
      [],
      ['r=a9', 'q=a1'],
    ],
    [
      'of one board',
      [{ ...requests(['r', { count: 2 }]), constraints: board('matchAttribute') }],
      [slice([b9, a1, a9])],
      [],
      ['r=a1', 'r=a9'],
    ],
    [
      'of different boards',
      [{ ...requests(['r', { count: 2 }]), constraints: board('distinctAttribute') }],
      [slice([a1, a9, b9])],
      [],
      ['r=a1', 'r=b9'],
    ],
    ['of another node', [requests(['r'])], [slice([a1], { nodeName: 'node-2' })], [], CANNOT],
    ['of all nodes', [requests(['r'])], [slice([a1], { nodeName: undefined, allNodes: true })], [], ['r=a1']],
    ['of half a pool', [requests(['r'])], [slice([a1], { pool: { name: 'p', generation: 1, resourceSliceCount: 2 } })], [], CANNOT],
    [
      'of the newest generation',
      [requests(['r'])],
      [slice([a1]), slice([b9], { pool: { name: 'p', generation: 2, resourceSliceCount: 1 } })],
      [],
      ['r=b9'],
    ],
    ['tainted', [requests(['r'])], [slice([gpu('a1', 1, { taints: [{ key: 'k', effect: 'NoSchedule' }] }), a9])], [], ['r=a9']],
    [
      'tainted, and tolerated',
      [requests(['r', { tolerations: [{ key: 'k', operator: 'Exists' }] }])],
      [slice([gpu('a1', 1, { taints: [{ key: 'k', effect: 'NoSchedule' }] })])],
      [],
      ['r=a1'],
    ],
    [
      'ready now, before what has to be waited for',
      [requests(['r', { count: 2 }])],
      [slice([gpu('a1', 1, { bindingConditions: ['Attached'], bindingFailureConditions: ['Failed'] }), a9])],
      [],
      ['r=a9', 'r=a1'],
    ],
    [
      'a class that is not there',
      [requests(['r', { deviceClassName: 'none' }])],
      [slice([a1])],
      [],
      'request r: device class none does not exist',
    ],
    [
      'a selector that fails',
      [requests(['r', { selectors: [{ cel: { expression: 'device.attributes["a.b"].none' } }] }])],
      [slice([a1])],
      [],
      'request r: selector #0: CEL runtime error: no such key: none',
    ],
  ])('%s', (_name, claims, slices, used, expected) => {
    expect(names(found(claims, slices, used))).toEqual(expected);
  });

  test('the first alternative that works', () => {
    const alternatives = {
      requests: [
        {
          name: 'r',
          firstAvailable: [
            { name: 'x', deviceClassName: 'fast', count: 2 },
            { name: 'y', deviceClassName: 'any' },
          ],
        },
      ],
    };
    expect(names(found([alternatives], [slice([a1, a9])]))).toEqual(['r/y=a1']);
    expect(names(found([alternatives], [slice([a9, b9])]))).toEqual(['r/x=a9', 'r/x=b9']);
  });
});

describe('parts of devices', () => {
  const counters = [{ name: 'memory', counters: { bytes: { value: '10Gi' } } }];
  const part = (name: string, value: string): Device => ({
    name,
    consumesCounters: [{ counterSet: 'memory', counters: { bytes: { value } } }],
  });
  const pool = { name: 'p', generation: 1, resourceSliceCount: 2 };
  const partitioned = [
    slice([part('big', '8Gi'), part('small', '4Gi'), part('tiny', '2Gi')], { pool }),
    slice([], { pool, devices: undefined, sharedCounters: counters }),
  ];

  test.each([
    { used: [], count: 2, expected: ['r=big', 'r=tiny'] },
    { used: [using('big')], count: 1, expected: ['r=tiny'] },
    { used: [using('small')], count: 2, expected: CANNOT },
  ])('$count beside $used', ({ used, count, expected }) => {
    expect(names(found([requests(['r', { count }])], partitioned, used))).toEqual(expected);
  });

  const shared = slice([
    {
      name: 's',
      allowMultipleAllocations: true,
      capacity: { memory: { value: '10Gi', requestPolicy: { default: '2Gi', validRange: { min: '1Gi', step: '1Gi' } } } },
    },
  ]);
  const asking = (memory?: string) => requests(['r', memory ? { capacity: { requests: { memory } } } : {}]);
  const takes = (memory: string) => using('s', { shareID: 'x', consumedCapacity: { memory } });

  test.each<[string, string | undefined, AllocationResult[], string]>([
    ['what is usual', undefined, [], '2Gi'],
    ['what was asked for, in steps', '2500Mi', [], '3Gi'],
    ['no less than there must be', '1', [], '1Gi'],
    ['what is left', '4Gi', [takes('6Gi')], '4Gi'],
    ['more than is left', '5Gi', [takes('6Gi')], CANNOT],
  ])('%s', (_name, memory, used, expected) => {
    const outcome = found([asking(memory)], [shared], used);
    expect(typeof outcome === 'string' ? outcome : outcome[0]?.devices?.results?.[0]?.consumedCapacity?.memory).toBe(expected);
  });
});

test('the result says where the devices are, and what drivers are to be told', () => {
  const config = [
    { requests: ['r'], opaque: { driver: 'a.b', parameters: { own: true } } },
    { requests: ['q'], opaque: { driver: 'a.b', parameters: {} } },
  ];
  const asked = { ...requests(['r', { deviceClassName: 'fast' }]), config };
  expect(found([asked], [slice([a9])])).toEqual([
    {
      devices: {
        results: [{ request: 'r', driver: 'a.b', pool: 'p', device: 'a9' }],
        config: [
          { source: 'FromClass', requests: ['r'], opaque: { driver: 'a.b', parameters: { mode: 'fast' } } },
          { source: 'FromClaim', requests: ['r'], opaque: { driver: 'a.b', parameters: { own: true } } },
        ],
      },
      nodeSelector: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }] },
    },
  ]);
  const zone = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In' as const, values: ['a'] }] }] };
  const [selected] = found([requests(['r'])], [slice([a1], { nodeName: undefined, nodeSelector: zone })]) as AllocationResult[];
  expect(selected?.nodeSelector).toEqual(zone);
});
