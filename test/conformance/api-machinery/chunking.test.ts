// Conformance: "Servers with support for API chunking should return chunks of results for list calls".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, namesOf } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';

const COUNT = 400;
const nameOf = (index: number) => `template-${String(index).padStart(4, '0')}`;
const ALL = Array.from({ length: COUNT }, (_, index) => nameOf(index));

async function manyTemplates(space: ApiSpace): Promise<string> {
  const path = space.core('podtemplates');
  const spec = { containers: [{ name: 'test', image: 'test2' }] };
  await Promise.all(ALL.map((name) => space.create(path, { metadata: { name }, template: { spec } })));
  return path;
}

/** Reads page after page; each says truly how many are left, and all are of one moment. */
async function pages(space: ApiSpace, path: string, limit: number): Promise<string[]> {
  const found: string[] = [];
  let moment: string | undefined;
  for (let continuation: string | undefined = ''; continuation !== undefined; ) {
    const list: Anything = await space.get(`${path}?limit=${limit}&continue=${encodeURIComponent(continuation)}`);
    found.push(...namesOf(list));
    expect(list.items.length).toBeLessThanOrEqual(limit);
    moment ??= list.metadata.resourceVersion;
    expect(list.metadata.resourceVersion).toBe(moment);
    continuation = list.metadata.continue || undefined;
    expect(list.metadata.remainingItemCount).toBe(continuation ? COUNT - found.length : undefined);
  }
  return found;
}

apiBehaviour('a long list comes in pages, or at once', async (space) => {
  const path = await manyTemplates(space);
  for (const limit of [40, 17, 1 + Math.floor(COUNT / 3)]) expect(await pages(space, path, limit)).toEqual(ALL);
  expect(namesOf(await space.get(`${path}?limit=${COUNT + 1}`))).toEqual(ALL);
});

apiBehaviour('pages are of the moment of the first, whatever happens in between', async (space) => {
  const path = await manyTemplates(space);
  const first = await space.get(`${path}?limit=2`);
  await space.delete(`${path}/${nameOf(2)}`);
  const second = await space.get(`${path}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`);
  expect(namesOf(second)).toEqual([nameOf(2), nameOf(3)]);
});
