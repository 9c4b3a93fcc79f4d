import { expect, test } from 'vitest';
import { hasReference, referenceJson } from '../../../test/support/reference.ts';
import type { ResourceType } from '../machinery/resource.ts';
import { apiVersionOf } from '../machinery/resource.ts';
import * as resources from './resources.ts';

interface ResourceList {
  kind: string;
  groupVersion: string;
  resources: { name: string; kind: string; namespaced: boolean }[];
}

test.skipIf(!hasReference)('descriptors are what a real server lists', () => {
  const lists = Object.values(referenceJson<Record<string, ResourceList>>('discovery.json')).filter(
    ({ kind }) => kind === 'APIResourceList',
  );
  const listed = new Map(
    lists.flatMap(({ groupVersion, resources: all }) => all.map((resource) => [`${groupVersion} ${resource.name}`, resource] as const)),
  );
  // Evictions are created under pods only.
  const ours: ResourceType[] = Object.values(resources).filter(({ plural }) => plural !== 'evictions');
  for (const type of ours) {
    const { kind, namespaced } = type;
    expect(listed.get(`${apiVersionOf(type)} ${type.plural}`), type.plural).toMatchObject({ kind, namespaced });
  }
  // Bindings have no client of their own.
  const missing = [...listed.keys()].filter(
    (key) => !key.includes('/', key.indexOf(' ')) && !ours.some((type) => key === `${apiVersionOf(type)} ${type.plural}`),
  );
  expect(missing).toEqual(['v1 bindings']);
});
