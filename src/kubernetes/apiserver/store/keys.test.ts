import { expect, test } from 'vitest';
import type { ResourceDefinition } from '../../api/define.ts';
import { prefixOfKey, resourcePrefix, storageKey } from './keys.ts';

const resource = (group: string, plural: string, namespaced = true) => ({ group, plural, namespaced }) as ResourceDefinition;

test.each([
  { resource: resource('', 'pods'), key: '/registry/pods/ns/a' },
  { resource: resource('apps', 'deployments'), key: '/registry/deployments/ns/a' },
  { resource: resource('coordination.k8s.io', 'leases'), key: '/registry/leases/ns/a' },
  { resource: resource('', 'nodes', false), key: '/registry/minions/a' },
  { resource: resource('', 'services'), key: '/registry/services/specs/ns/a' },
  { resource: resource('', 'endpoints'), key: '/registry/services/endpoints/ns/a' },
  { resource: resource('networking.k8s.io', 'ingresses'), key: '/registry/ingress/ns/a' },
  { resource: resource('apiregistration.k8s.io', 'apiservices', false), key: '/registry/apiregistration.k8s.io/apiservices/a' },
  { resource: resource('example.com', 'widgets'), key: '/registry/example.com/widgets/ns/a' },
  { resource: { ...resource('new.k8s.io', 'pods'), custom: {} } as ResourceDefinition, key: '/registry/new.k8s.io/pods/ns/a' },
])('$key', ({ resource, key }) => {
  expect(storageKey(resource, 'ns', 'a')).toBe(key);
  expect(prefixOfKey(key)).toBe(resourcePrefix(resource));
});
