import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels, namesOf } from './api-behaviour.ts';
import type { Anything } from './cluster-api.ts';

export interface Operations {
  group: string;
  version: string;
  resource: string;
  namespaced?: boolean;
  /** A valid object but for name and labels. */
  object: (space: ApiSpace) => Promise<object> | object;
  /** A change of the object besides its annotations, which must be seen in what comes back. */
  change?: object;
  /** A merge patch of the status which must be seen in what comes back. */
  status?: object;
}

const held = ({ metadata }: Anything) => metadata.deletionTimestamp && metadata.finalizers?.length > 0;

async function isDiscovered(space: ApiSpace, { group, version, resource, status }: Operations): Promise<void> {
  const { groups } = await space.get('/apis');
  const listed = groups.find(({ name }: Anything) => name === group);
  const named = { groupVersion: `${group}/${version}`, version };
  expect(listed?.versions).toContainEqual(named);
  expect((await space.get(`/apis/${group}`)).versions).toContainEqual(named);
  const { resources } = await space.get(`/apis/${group}/${version}`);
  const found = resources.find(({ name }: Anything) => name === resource);
  const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
  expect(found?.verbs).toEqual(verbs);
  if (status) {
    const subresource = resources.find(({ name }: Anything) => name === `${resource}/status`);
    expect(subresource?.verbs).toEqual(['get', 'patch', 'update']);
  }
}

async function isWritten(space: ApiSpace, own: string, everywhere: string, { change = {}, status }: Operations): Promise<void> {
  const first = `${own}/${space.namespace}-1`;
  const { metadata } = await space.get(first);
  const listed = await space.get(`${own}?${byLabels({ test: space.namespace })}`);
  expect(listed.items).toHaveLength(3);
  expect(namesOf(await space.get(`${everywhere}?${byLabels({ test: space.namespace })}`))).toEqual(namesOf(listed));

  const query = `${byLabels({ test: space.namespace })}&resourceVersion=${listed.metadata.resourceVersion}`;
  using watch = await space.watch(`${everywhere}?${query}`);
  const patched = await space.patch('merge', first, { metadata: { annotations: { patched: 'true' } }, ...change });
  expect(patched).toMatchObject({ metadata: { uid: metadata.uid, annotations: { patched: 'true' } }, ...change });
  expect(Number(patched.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion));
  const updated = await space.update(first, (object) => {
    object.metadata.annotations.updated = 'true';
  });
  expect(updated.metadata.annotations).toMatchObject({ patched: 'true', updated: 'true' });
  // Controllers may write too; a watch that misses one of ours would never come to the second.
  await watch.until(({ type, object }) => type === 'MODIFIED' && object.metadata.annotations?.patched === 'true');
  await watch.until(({ type, object }) => type === 'MODIFIED' && object.metadata.annotations?.updated === 'true');
  if (status) await statusIsWritten(space, first, status);
}

/** Lists may hold more than was written: controllers add conditions of their own. */
const among = (status: object) =>
  Object.fromEntries(Object.entries(status).map(([field, value]) => [field, Array.isArray(value) ? expect.arrayContaining(value) : value]));

async function statusIsWritten(space: ApiSpace, path: string, written: object): Promise<void> {
  const status = among(written);
  const annotations = { 'patched-status': 'true' };
  const patched = await space.patch('merge', `${path}/status`, { metadata: { annotations }, status: written });
  expect(patched).toMatchObject({ metadata: { annotations }, status });
  expect(await space.get(`${path}/status`)).toMatchObject({ status });
  const updated = await space.update(
    path,
    (object) => {
      object.metadata.annotations['updated-status'] = 'true';
      Object.assign(object.status, written);
    },
    '/status',
  );
  expect(updated).toMatchObject({ metadata: { annotations: { 'updated-status': 'true' } }, status });
}

async function isDeleted(space: ApiSpace, own: string): Promise<void> {
  const first = `${own}/${space.namespace}-1`;
  const selected = `${own}?${byLabels({ test: space.namespace })}`;
  await space.delete(first);
  const { code, body } = await space.ask('GET', first);
  expect(code === 404 || held(body)).toBeTruthy();
  expect((await space.get(selected)).items.filter((item: Anything) => !held(item))).toHaveLength(2);
  await space.delete(selected);
  expect((await space.get(selected)).items.filter((item: Anything) => !held(item))).toEqual([]);
}

/** The resource is discovered, and does all that is asked of a resource: by name, by collection, and watched. */
export function supportsApiOperations(name: string, operations: Operations): void {
  apiBehaviour(name, async (space, context) => {
    const { group, version, resource, namespaced, object } = operations;
    await isDiscovered(space, operations);
    const everywhere = `/apis/${group}/${version}/${resource}`;
    const own = namespaced ? space.in(`${group}/${version}`, resource) : everywhere;
    context.onTestFinished(async () => {
      await space.ask('DELETE', `${own}?${byLabels({ test: space.namespace })}`);
    });
    const body = await object(space);
    for (const index of [1, 2, 3]) {
      const made = { ...body, metadata: { name: `${space.namespace}-${index}`, labels: { test: space.namespace } } };
      expect((await space.create(own, made)).metadata.name).toBe(made.metadata.name);
      if (index === 1) expect(await space.refused('POST', own, made)).toMatchObject({ code: 409, reason: 'AlreadyExists' });
    }
    await isWritten(space, own, everywhere, operations);
    await isDeleted(space, own);
  });
}
