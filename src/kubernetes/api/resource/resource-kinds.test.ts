import { describe, expect, test } from 'vitest';
import { createFaults, prepared, updateFaults } from '../../../../test/support/kind.ts';
import type { DeviceAttribute, ResourceClaim, ResourceClaimStatus } from '../generated/resource-v1.ts';
import { statusFaults } from '../validation/object.ts';
import { deviceClasses } from './device-class.ts';
import { resourceClaims } from './resource-claim.ts';
import { resourceClaimTemplates } from './resource-claim-template.ts';
import { resourceSlices } from './resource-slice.ts';

const LABEL = expect.stringMatching(/a lowercase RFC 1123 label must/);
const UNKNOWN_REQUEST = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

describe('selectors', () => {
  test.each([
    { expression: 'device.driver == "a.b"', faults: [] },
    { expression: 'device.attributes["a.b"].model == "x" && device.capacity["a.b"].memory.compareTo(quantity("1Gi")) >= 0', faults: [] },
    { expression: 'cel.bind(own, device.attributes["a.b"], own.fast || own.count > 3)', faults: [] },
    { expression: 'device.allowMultipleAllocations', faults: [] },
    { expression: 'device.attributes["a.b"].on', faults: [] },
    { expression: 'device.attributes["a.b"].version.isGreaterThan(semver("1.0.0"))', faults: [] },
    { expression: 'device.driver', faults: [/must evaluate to bool or the unknown type, not string$/] },
    { expression: 'device.nothing', faults: [/compilation failed: ERROR: <input>:1:7: undefined field 'nothing'/] },
    { expression: 'object.x', faults: [/undeclared reference to 'object'/] },
    { expression: '', faults: [/ERROR: <input>:1:0: Syntax error: mismatched input '<EOF>' expecting [^\n]*$/] },
    {
      expression:
        'device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a == b && c == d))))',
      faults: [/^spec.selectors\[0\].cel.expression: Forbidden: too complex, exceeds cost limit$/],
    },
    { expression: `"${'x'.repeat(10_240)}" == ""`, faults: [/Too long: may not be more than 10240 bytes/] },
  ])('$expression', ({ expression, faults }) => {
    const found = createFaults(deviceClasses, { spec: { selectors: [{ cel: { expression } }] } });
    expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });
});

describe('classes', () => {
  test.each<[string, object, unknown[]]>([
    ['all parts', { extendedResourceName: 'a.b/gpu', config: [{ opaque: { driver: 'a.b', parameters: { a: 1 } } }] }, []],
    [
      'a native resource',
      { extendedResourceName: 'cpu' },
      ['spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name'],
    ],
    ['an empty configuration', { config: [{}] }, ['spec.config[0].opaque: Required value']],
    [
      'parameters that are no object',
      { config: [{ opaque: { driver: 'a.b', parameters: 'x' } }] },
      ['spec.config[0].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object'],
    ],
    [
      'too many selectors',
      { selectors: Array(33).fill({ cel: { expression: 'true' } }) },
      ['spec.selectors: Too many: 33: must have at most 32 items'],
    ],
  ])('%s', (_name, spec, faults) => {
    expect(createFaults(deviceClasses, { spec })).toEqual(faults);
  });

  test('a generateName may be anything that a path can hold', () => {
    expect(createFaults(deviceClasses, { metadata: { generateName: '-X' }, spec: {} })).toEqual([]);
  });

  test('a change counts as a generation', () => {
    const previous = prepared(deviceClasses, { metadata: { generation: 1 }, spec: {} });
    const next = structuredClone({ ...previous, spec: { extendedResourceName: 'a.b/c' } });
    deviceClasses.prepareUpdate?.(next, previous);
    expect(next.metadata.generation).toBe(2);
  });
});

const exactly = (more: object = {}) => ({ deviceClassName: 'c', ...more });
const devices = (more: object = {}) => ({ spec: { devices: { requests: [{ name: 'r', exactly: exactly() }], ...more } } });
const requests = (...list: object[]) => devices({ requests: list });

describe('claims', () => {
  test('one device is asked for', () => {
    const { spec } = prepared(resourceClaims, requests({ name: 'r', exactly: exactly({ tolerations: [{}] }) }));
    expect(spec.devices?.requests?.[0]?.exactly).toMatchObject({
      allocationMode: 'ExactCount',
      count: 1,
      tolerations: [{ operator: 'Equal' }],
    });
  });

  test.each<[string, object, unknown[]]>([
    ['nothing', { spec: {} }, []],
    ['a request', devices(), []],
    ['all there are', requests({ name: 'r', exactly: exactly({ allocationMode: 'All' }) }), []],
    ['alternatives', requests({ name: 'r', firstAvailable: [{ name: 'a', deviceClassName: 'c' }] }), []],
    [
      'all, and a number',
      requests({ name: 'r', exactly: exactly({ allocationMode: 'All', count: 2 }) }),
      ["spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'"],
    ],
    [
      'another mode',
      requests({ name: 'r', exactly: exactly({ allocationMode: 'Some' }) }),
      ['spec.devices.requests[0].exactly.allocationMode: Unsupported value: "Some": supported values: "All", "ExactCount"'],
    ],
    [
      'neither kind',
      requests({ name: 'r' }),
      ['spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required'],
    ],
    [
      'both kinds',
      requests({ name: 'r', exactly: exactly(), firstAvailable: [{ name: 'a', deviceClassName: 'c' }] }),
      [
        'spec.devices.requests[0]: Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set',
      ],
    ],
    [
      'a name twice',
      requests({ name: 'r', exactly: exactly() }, { name: 'r', exactly: exactly() }),
      ['spec.devices.requests[1]: Duplicate value: "r"'],
    ],
    [
      'an alternative twice',
      requests({ name: 'r', firstAvailable: Array(2).fill({ name: 'a', deviceClassName: 'c' }) }),
      ['spec.devices.requests[0].firstAvailable[1]: Duplicate value: "a"'],
    ],
    [
      'too many alternatives',
      requests({ name: 'r', firstAvailable: Array(9).fill({ name: 'a', deviceClassName: 'c' }) }),
      ['spec.devices.requests[0].firstAvailable: Too many: 9: must have at most 8 items'],
    ],
    [
      'a constraint on an alternative',
      {
        spec: {
          devices: {
            requests: [{ name: 'r', firstAvailable: [{ name: 'a', deviceClassName: 'c' }] }],
            constraints: [{ requests: ['r', 'r/a'], matchAttribute: 'a.b/model' }],
          },
        },
      },
      [],
    ],
    [
      'a constraint on nothing known',
      devices({ constraints: [{ requests: ['r/a', 'a/b/c'], matchAttribute: 'a.b/model' }] }),
      [
        `spec.devices.constraints[0].requests[0]: Invalid value: "r/a": ${UNKNOWN_REQUEST}`,
        `spec.devices.constraints[0].requests[1]: Invalid value: "a/b/c": ${UNKNOWN_REQUEST}`,
      ],
    ],
    [
      'an attribute without a domain',
      devices({ constraints: [{ matchAttribute: 'model' }] }),
      [
        'spec.devices.constraints[0].matchAttribute: Invalid value: "model": a fully qualified name must be a domain and a name separated by a slash',
      ],
    ],
    [
      'a tolerated value that nothing looks at',
      requests({ name: 'r', exactly: exactly({ tolerations: [{ operator: 'Exists', value: 'v' }] }) }),
      ['spec.devices.requests[0].exactly.tolerations[0].value: Invalid value: "v": must be empty for operator `Exists`'],
    ],
  ])('%s', (_name, body, faults) => {
    expect(createFaults(resourceClaims, body)).toEqual(faults);
  });

  test('what is asked for stays', () => {
    const faults = updateFaults(resourceClaims, devices(), ({ spec }) => {
      spec.devices!.requests![0]!.exactly!.count = 2;
    });
    expect(faults).toEqual([
      expect.stringMatching(/^spec: Invalid value: \{"Devices":\{"Requests":\[\{"Name":"r".*"Count":2.*: field is immutable$/),
    ]);
  });

  test('templates name the labels of claims and nothing else of their metadata', () => {
    const body = { spec: { metadata: { labels: { a: 'b' }, name: 'x', finalizers: [], uid: 'u' }, spec: devices().spec } };
    expect(createFaults(resourceClaimTemplates, body)).toEqual([
      'spec.metadata.name: Forbidden: cannot be set',
      'spec.metadata.uID: Forbidden: cannot be set',
      'spec.metadata.finalizers: Forbidden: cannot be set',
    ]);
  });
});

describe('admin access', () => {
  const asking = prepared(resourceClaims, requests({ name: 'r', exactly: exactly({ adminAccess: true }) }));
  const namespace = (labels: Record<string, string>) => ({ metadata: { name: 'n', labels }, spec: {}, status: {} });

  test('only where the namespace says so', () => {
    const rules = resourceClaims.namespaceRules!;
    expect([...rules.create(asking, namespace({ 'resource.kubernetes.io/admin-access': 'true' }) as never)]).toEqual([]);
    expect([...rules.create(asking, namespace({}) as never)]).toEqual([
      expect.objectContaining({ type: 'FieldValueForbidden', field: 'spec.devices.requests[0].adminAccess' }),
    ]);
  });
});

describe('the status of claims', () => {
  const results = [{ request: 'r', driver: 'a.b', pool: 'p', device: 'd' }];
  const allocation = { devices: { results } };
  const consumer = { resource: 'pods', name: 'x', uid: 'u' };
  const before = prepared(resourceClaims, devices());

  function faultsOf(status: object, previous: object = {}, deleted = false): string[] {
    const deletion = deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {};
    const claim = (own: object): ResourceClaim => ({
      ...before,
      metadata: { ...before.metadata, ...deletion, resourceVersion: '1' },
      status: own as ResourceClaimStatus,
    });
    return [...statusFaults(resourceClaims, claim(status), claim(previous))].map(({ field, message }) => `${field}: ${message}`);
  }

  test.each<[string, object, object, boolean, unknown[]]>([
    ['allocated', { allocation }, {}, false, []],
    ['reserved', { allocation, reservedFor: [consumer] }, { allocation }, false, []],
    [
      'reserved without an allocation',
      { reservedFor: [consumer] },
      {},
      false,
      ['status.reservedFor: Forbidden: may not be specified when `allocated` is not set'],
    ],
    [
      'twice the same user',
      { allocation, reservedFor: [consumer, consumer] },
      { allocation },
      false,
      ['status.reservedFor[1]: Duplicate value: "u"'],
    ],
    [
      'a new user of what is being deleted',
      { allocation, reservedFor: [consumer] },
      { allocation },
      true,
      ['status.reservedFor: Forbidden: new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set'],
    ],
    [
      'another allocation',
      { allocation: { devices: { results: [{ ...results[0], device: 'e' }] } } },
      { allocation },
      false,
      [expect.stringMatching(/^status\.allocation: Invalid value: \{"Devices":\{"Results":\[\{"Request":"r",.*: field is immutable$/)],
    ],
    [
      'what was not asked for',
      { allocation: { devices: { results: [{ ...results[0], request: 'q' }] } } },
      {},
      false,
      [`status.allocation.devices.results[0].request: Invalid value: "q": ${UNKNOWN_REQUEST}`],
    ],
    [
      'news of a device',
      { allocation, devices: [{ driver: 'a.b', pool: 'p', device: 'd', networkData: { ips: ['10.0.0.1/8'] } }] },
      { allocation },
      false,
      [],
    ],
    [
      'news of another device',
      { allocation, devices: [{ driver: 'a.b', pool: 'p', device: 'x' }] },
      { allocation },
      false,
      ['status.devices[0]: Invalid value: {"Driver":"a.b","Pool":"p","Device":"x","ShareID":""}: must be an allocated device in the claim'],
    ],
    [
      'addresses in other spellings',
      { allocation, devices: [{ driver: 'a.b', pool: 'p', device: 'd', networkData: { ips: ['10.0.0.01/8', 'x', 'FD00::1/64'] } }] },
      { allocation },
      false,
      [
        'status.devices[0].networkData.ips[0]: Invalid value: "10.0.0.01/8": must be in canonical form ("10.0.0.1/8")',
        'status.devices[0].networkData.ips[1]: Invalid value: "x": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
        'status.devices[0].networkData.ips[2]: Invalid value: "FD00::1/64": must be in canonical form ("fd00::1/64")',
      ],
    ],
  ])('%s', (_name, status, previous, deleted, faults) => {
    expect(faultsOf(status, previous, deleted)).toEqual(faults);
  });

  test('news of devices go with their allocation', () => {
    const known = { driver: 'a.b', pool: 'p', device: 'd' };
    const next = { ...before, status: { devices: [known] } };
    resourceClaims.prepareStatus?.(next, { ...before, status: { allocation, devices: [known] } }, 0);
    expect(next.status).toEqual({});
  });
});

const pool = { name: 'p', generation: 1, resourceSliceCount: 1 };
const slice = (...list: object[]) => ({ spec: { driver: 'a.b', nodeName: 'n', pool, devices: list } });
const shared = (requestPolicy: object) =>
  slice({ name: 'd', allowMultipleAllocations: true, capacity: { m: { value: '10Gi', requestPolicy } } });
const M = 'spec.devices[0].capacity[m].requestPolicy';

describe('slices', () => {
  test.each<[string, object, unknown[]]>([
    [
      'a device',
      slice({ name: 'd', attributes: { x: { string: 'y' }, 'a.b/v': { version: '1.2.3' } }, capacity: { m: { value: '1Gi' } } }),
      [],
    ],
    ['a device twice', slice({ name: 'd' }, { name: 'd' }), ['spec.devices[1]: Duplicate value: "d"']],
    ['too many devices', slice(...Array(129).fill({ name: 'd' })), ['spec.devices: Too many: 129: must have at most 128 items']],
    ['a name that is none', slice({ name: 'D' }), [LABEL]],
    [
      'no value',
      slice({ name: 'd', attributes: { x: {} } }),
      ['spec.devices[0].attributes[x]: Invalid value: "": exactly one value must be specified'],
    ],
    ['lists are not of this release', slice({ name: 'd', attributes: { x: { int: 1, ints: [1] } } }), []],
    [
      'on a node and everywhere',
      { spec: { driver: 'a.b', nodeName: 'n', allNodes: true, pool } },
      [expect.stringMatching(/^spec: Invalid value: "\{`nodeName`, `allNodes`\}": exactly one of/)],
    ],
    [
      'counters beside devices',
      { spec: { driver: 'a.b', nodeName: 'n', pool, devices: [], sharedCounters: [] } },
      ['spec: Invalid value: "": only one of `sharedCounters` or `devices` is allowed'],
    ],
    ['counters', { spec: { driver: 'a.b', nodeName: 'n', pool, sharedCounters: [{ name: 's', counters: { c: { value: '1' } } }] } }, []],
    [
      'conditions of one kind',
      slice({ name: 'd', bindingConditions: ['a'] }),
      ['spec.devices[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions'],
    ],
    ['a place of its own', { spec: { driver: 'a.b', perDeviceNodeSelection: true, pool, devices: [{ name: 'd', nodeName: 'n' }] } }, []],
    ['values to choose from', shared({ default: '1Gi', validValues: ['1Gi', '2Gi'] }), []],
    [
      'values in disorder',
      shared({ default: '1Gi', validValues: ['2Gi', '1Gi'] }),
      [`${M}.validValues[1]: Invalid value: "1Gi": values must be sorted in ascending order`],
    ],
    [
      'a default that is none of them',
      shared({ default: '3Gi', validValues: ['1Gi'] }),
      [`${M}.validValues: Invalid value: "3Gi": default value is not valid according to the requestPolicy`],
    ],
    ['a range', shared({ default: '2Gi', validRange: { min: '1Gi', max: '4Gi', step: '1Gi' } }), []],
    [
      'off the steps',
      shared({ default: '1500Mi', validRange: { min: '1Gi', step: '1Gi' } }),
      [`${M}.validRange.step: Invalid value: "1500Mi": value is not a multiple of a given step (1Gi) from (1Gi)`],
    ],
    [
      'a range without a default',
      shared({ validRange: { min: '1Gi' } }),
      [`${M}.default: Required value: required when validRange is defined`],
    ],
    [
      'no steps',
      shared({ default: '1Gi', validRange: { min: '1Gi', step: '0' } }),
      [`${M}.validRange.step: Invalid value: "0": must be greater than zero`],
    ],
  ])('%s', (_name, body, faults) => {
    expect(createFaults(resourceSlices, body)).toEqual(faults);
  });

  test('taints are dated, gated fields go', () => {
    const { spec } = prepared(
      resourceSlices,
      slice({
        name: 'd',
        taints: [{ key: 'k', effect: 'NoSchedule' }],
        attributes: { x: { ints: [1], int: 1 } as DeviceAttribute },
        nodeAllocatableResourceMappings: { cpu: {} },
      }),
    );
    expect(spec.devices?.[0]).toEqual({
      name: 'd',
      attributes: { x: { int: 1 } },
      taints: [{ key: 'k', effect: 'NoSchedule', timeAdded: expect.stringMatching(/Z$/) }],
    });
  });

  test('a slice stays with its node', () => {
    const faults = updateFaults(resourceSlices, slice(), ({ spec }) => {
      spec.nodeName = 'm';
    });
    expect(faults).toEqual(['spec.nodeName: Invalid value: "m": field is immutable']);
  });

  test('capital letters in a driver are warned about', () => {
    const [warning] = resourceSlices.warnings!(prepared(resourceSlices, { spec: { driver: 'A.b', nodeName: 'n', pool } }));
    expect(warning).toBe('spec.driver: driver names should be lowercase; "A.b" contains uppercase characters');
  });
});
