import { describe, expect, test } from 'vitest';
import { createFaults, prepared, updateFaults } from '../../../../test/support/kind.ts';
import type { ResourceDefinition } from '../define.ts';
import { endpointSlices } from '../discovery/endpoint-slice.ts';
import { roleBindings } from '../rbac/role-bindings.ts';
import { clusterRoles } from '../rbac/roles.ts';
import { priorityClasses } from '../scheduling/priority-class.ts';
import { configMaps } from './config-map.ts';
import { namespaces } from './namespace.ts';
import { nodes } from './node.ts';
import { persistentVolumes } from './persistent-volume.ts';
import { persistentVolumeClaims } from './persistent-volume-claim.ts';
import { secrets } from './secret.ts';
import { services } from './service.ts';

const port = { port: 80 };
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const volume = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } };

describe('what is taken, and what is refused', () => {
  test.each<[string, ResourceDefinition, object, string[]]>([
    ['a ConfigMap', configMaps as never, { data: { a: 'b' } }, []],
    [
      'a key twice',
      configMaps as never,
      { data: { a: '' }, binaryData: { a: '' } },
      ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
    ],
    ['a Secret', secrets as never, { stringData: { a: 'b' } }, []],
    ['half a TLS pair', secrets as never, { type: 'kubernetes.io/tls', data: { 'tls.key': 'eA==' } }, ['data[tls.crt]: Required value']],
    ['a Namespace', namespaces as never, { metadata: { name: 'a' } }, []],
    [
      'dots in the name of a Namespace',
      namespaces as never,
      { metadata: { name: 'a.b' } },
      [expect.stringMatching(/^metadata\.name: Invalid value: "a\.b": a lowercase RFC 1123 label/)],
    ],
    ['a Service', services as never, { spec: { ports: [port] } }, []],
    ['a Service without ports', services as never, { spec: { selector: { a: 'b' } } }, ['spec.ports: Required value']],
    [
      'ports without names',
      services as never,
      { spec: { ports: [port, { port: 81 }] } },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'an external name that is none',
      services as never,
      { spec: { type: 'ExternalName', externalName: '-x' } },
      [expect.stringMatching(/^spec\.externalName: Invalid value: "-x"/)],
    ],
    ['a claim', persistentVolumeClaims as never, { spec: claim }, []],
    [
      'a claim to nothing',
      persistentVolumeClaims as never,
      { spec: { ...claim, resources: {} } },
      ['spec.resources[storage]: Required value'],
    ],
    ['a volume', persistentVolumes as never, { spec: volume }, []],
    [
      'a volume of nothing',
      persistentVolumes as never,
      { spec: { ...volume, hostPath: undefined } },
      ['spec: Required value: must specify a volume type'],
    ],
    ['a Node', nodes as never, { spec: { podCIDRs: ['10.244.0.0/24'] } }, []],
    ['a taint without effect', nodes as never, { spec: { taints: [{ key: 'a' }] } }, ['metadata.taints[0].effect: Required value']],
    ['a role', clusterRoles as never, { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }, []],
    [
      'a role without verbs',
      clusterRoles as never,
      { rules: [{ apiGroups: [''], resources: ['pods'], verbs: [] }] },
      ['rules[0].verbs: Required value: verbs must contain at least one value'],
    ],
    [
      'a binding to somebody unheard of',
      roleBindings as never,
      { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' }, subjects: [{ kind: 'Cat', name: 'tom' }] },
      ['subjects[0].kind: Unsupported value: "Cat": supported values: "ServiceAccount", "User", "Group"'],
    ],
    [
      'a user’s class above the system’s',
      priorityClasses as never,
      { value: 2_000_000_000 },
      ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
    ],
    [
      'an endpoint at no address',
      endpointSlices as never,
      { addressType: 'IPv4', endpoints: [{ addresses: ['2001:db8::1'] }], ports: [] },
      [expect.stringMatching(/^endpoints\[0\]\.addresses\[0\]: Invalid value: "2001:db8::1"/)],
    ],
  ])('%s', (_, definition, body, expected) => {
    expect(createFaults(definition, body)).toEqual(expected);
  });
});

describe('updates', () => {
  test('an immutable ConfigMap stays', () => {
    const faults = updateFaults(configMaps, { immutable: true, data: { a: 'b' } }, (next) => Object.assign(next, { data: { a: 'c' } }));
    expect(faults).toEqual(['data: Forbidden: field is immutable when `immutable` is set']);
  });

  test('a Secret keeps its type', () => {
    const faults = updateFaults(secrets, { type: 'a/b' }, (next) => Object.assign(next, { type: 'a/c' }));
    expect(faults).toEqual(['type: Invalid value: "a/c": field is immutable']);
  });

  test('a binding keeps its role', () => {
    const body = { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' }, subjects: [] };
    const [fault] = updateFaults(roleBindings, body, (next) => Object.assign(next.roleRef, { name: 's' }));
    expect(fault).toMatch(/^roleRef: Invalid value: .*: cannot change roleRef$/);
  });

  test('a claim keeps what it asked for', () => {
    const [fault] = updateFaults(persistentVolumeClaims, { spec: claim }, (next) =>
      Object.assign(next.spec ?? {}, { storageClassName: 'x' }),
    );
    expect(fault).toMatch(/^spec: Forbidden: spec is immutable after creation except/);
  });

  test.each([
    { name: 'silver', faults: [] },
    { name: '', faults: ['update to empty string is forbidden when status.currentVolumeAttributesClassName is not nil'] },
  ])('a claim of a class of attributes, changed to "$name"', ({ name, faults }) => {
    const bound = prepared(persistentVolumeClaims, { spec: { ...claim, volumeAttributesClassName: 'gold' } });
    bound.status = { phase: 'Bound', currentVolumeAttributesClassName: 'gold' };
    const next = { ...bound, spec: { ...bound.spec, volumeAttributesClassName: name } };
    const found = [...(persistentVolumeClaims.rules?.(next, bound) ?? [])];
    expect(found.map(({ message }) => message)).toEqual(faults.map((fault) => `Forbidden: ${fault}`));
  });
});

test('defaults of a Service', () => {
  expect(prepared(services, { spec: { ports: [port] } }).spec).toMatchObject({
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
  });
});
