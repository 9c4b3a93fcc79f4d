import { expect, test } from 'vitest';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.ts';
import type { RuntimeClass } from '../../api/generated/node-v1.ts';
import { ingressClasses, ingresses, persistentVolumeClaims, pods, runtimeClasses, storageClasses } from '../../api/resources.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { AdmissionAttributes } from './admission.ts';
import { DefaultIngressClass, DefaultStorageClass } from './default-classes.ts';
import { RuntimeClassAdmission } from './runtime-class.ts';

const creating = (resource: ResourceType, object: KubeObject): AdmissionAttributes =>
  ({
    operation: 'CREATE',
    resource,
    subresource: '',
    namespace: 'default',
    name: object.metadata.name ?? '',
    object,
  }) as AdmissionAttributes;

const classNamed = (name: string, created: string, annotation: string, rest: object = {}): never =>
  ({ metadata: { name, creationTimestamp: created, annotations: { [annotation]: 'true' } }, ...rest }) as never;

test('the newest default class is a claim’s, where it names none', async () => {
  const store = new MemoryObjectStore();
  for (const [name, created] of [['old', '2026-01-01T00:00:00Z'] as const, ['new', '2026-02-01T00:00:00Z'] as const])
    await store.create(storageClasses, classNamed(name, created, 'storageclass.kubernetes.io/is-default-class', { provisioner: 'a/b' }));
  const plugin = new DefaultStorageClass(store);
  const classOf = (spec: object): string | undefined => {
    const claim = { metadata: { name: 'c' }, spec } as PersistentVolumeClaim;
    plugin.mutate(creating(persistentVolumeClaims, claim));
    return claim.spec?.storageClassName;
  };
  expect(classOf({})).toBe('new');
  expect(classOf({ storageClassName: '' })).toBe('');
  expect(classOf({ storageClassName: 'other' })).toBe('other');
});

test('an ingress that names no class gets the default one', async () => {
  const store = new MemoryObjectStore();
  await store.create(ingressClasses, classNamed('c', '2026-01-01T00:00:00Z', 'ingressclass.kubernetes.io/is-default-class', { spec: {} }));
  const ingress = { metadata: { name: 'i' }, spec: {} };
  const plugin = new DefaultIngressClass(store);
  expect(plugin.handles(creating(ingresses, ingress))).toBe(true);
  plugin.mutate(creating(ingresses, ingress));
  expect(ingress.spec).toEqual({ ingressClassName: 'c' });
});

test('a pod pays for its runtime class and goes where that runs', async () => {
  const store = new MemoryObjectStore();
  const scheduling = { nodeSelector: { a: 'b' }, tolerations: [{ key: 't', operator: 'Exists' as const }] };
  const runtimeClass = { metadata: { name: 'vm' }, handler: 'h', overhead: { podFixed: { cpu: '1m' } }, scheduling } as RuntimeClass;
  await store.create(runtimeClasses, runtimeClass);
  const plugin = new RuntimeClassAdmission(store);
  const admit = (spec: object): Pod => {
    const pod = { metadata: { name: 'p' }, spec: { containers: [], ...spec } } as Pod;
    plugin.mutate(creating(pods, pod));
    plugin.validate(creating(pods, pod));
    return pod;
  };
  expect(admit({ runtimeClassName: 'vm' }).spec).toMatchObject({ overhead: { cpu: '1m' }, ...scheduling });
  expect(() => admit({ runtimeClassName: 'none' })).toThrow('pods "p" is forbidden: pod rejected: RuntimeClass "none" not found');
  expect(() => admit({ runtimeClassName: 'vm', nodeSelector: { a: 'c' } })).toThrow(
    'conflict: runtimeClass.scheduling.nodeSelector[a] = b; pod.spec.nodeSelector[a] = c',
  );
  expect(() => admit({ overhead: { cpu: '1' } })).toThrow('Pod Overhead set without corresponding RuntimeClass defined Overhead');
});
