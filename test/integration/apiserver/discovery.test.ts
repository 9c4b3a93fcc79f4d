import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { hasReference, referenceJson } from '../../support/reference.ts';

interface Entry {
  name: string;
}
type Documents = Record<string, { resources?: Entry[]; groups?: Entry[]; items?: AggregatedGroup[] }>;
interface AggregatedGroup {
  metadata: { name?: string };
  versions: { version: string; resources: { resource: string; subresources?: { subresource: string }[] }[] }[];
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** What is served must be described as a real server describes it; what is not served is absent. */
describe.skipIf(!hasReference)('against the recorded documents', () => {
  const recorded = hasReference ? referenceJson<Documents>('discovery.json') : {};
  const groupVersions = Object.keys(recorded).filter((path) => /^\/apis?\/.*v\d/.test(path));

  test.each(groupVersions)('%s', async (path) => {
    const { code, body } = await server.call('GET', path);
    if (code === 404) return;
    const names = new Set(body.resources.map(({ name }: Entry) => name));
    expect(body).toEqual({ ...recorded[path], resources: recorded[path]?.resources?.filter(({ name }) => names.has(name)) });
  });

  test('/apis', async () => {
    const { body } = await server.call('GET', '/apis');
    const names = new Set(body.groups.map(({ name }: Entry) => name));
    expect(body).toEqual({ ...recorded['/apis'], groups: recorded['/apis']?.groups?.filter(({ name }) => names.has(name)) });
  });

  test.each(['/api', '/apis'])('%s, aggregated', async (path) => {
    const { body, headers } = await server.call('GET', path, { headers: { accept: AGGREGATED } });
    expect(headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    expect(body.items).toEqual(restrict(recorded[`${path} aggregated`]?.items ?? [], body.items));
  });
});

test('a client that has the aggregated document does not get it again', async () => {
  const { headers } = await server.call('GET', '/apis', { headers: { accept: AGGREGATED } });
  expect(await server.call('GET', '/apis', { headers: { accept: AGGREGATED, 'if-none-match': String(headers.etag) } })).toMatchObject({
    code: 304,
    text: '',
  });
});

/** Of the recorded groups, versions, resources and subresources those that are served. */
function restrict(wanted: AggregatedGroup[], served: AggregatedGroup[]): AggregatedGroup[] {
  return wanted.flatMap((group) => {
    const ours = served.find(({ metadata }) => metadata.name === group.metadata.name);
    if (!ours) return [];
    const versions = group.versions.flatMap((version) => {
      const our = ours.versions.find((candidate) => candidate.version === version.version);
      if (!our) return [];
      const resources = version.resources.flatMap((resource) => {
        const found = our.resources.find((candidate) => candidate.resource === resource.resource);
        if (!found) return [];
        const subresources = resource.subresources?.filter(({ subresource }) =>
          found.subresources?.some((candidate) => candidate.subresource === subresource),
        );
        return [subresources?.length ? { ...resource, subresources } : withoutSubresources(resource)];
      });
      return [{ ...version, resources }];
    });
    return [{ ...group, versions }];
  });
}

function withoutSubresources<T extends { subresources?: unknown }>({ subresources: _, ...resource }: T): Omit<T, 'subresources'> {
  return resource;
}
