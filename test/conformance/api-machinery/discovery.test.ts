// Conformance: "AggregatedDiscovery should support aggregated discovery interface", "... raw aggregated discovery endpoint
// Accept headers", "Discovery should locate the groupVersion and a resource within each APIGroup", "Discovery should validate
// PreferredVersion for each APIGroup", "server version should find the server version", "Servers with support for Table
// transformation should return a 406 for a backend which does not implement metadata".
import { expect } from 'vitest';
import { apiBehaviour } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';

const RESOURCES: readonly [groupVersion: string, resource: string][] = [
  ['admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations'],
  ['apiextensions.k8s.io/v1', 'customresourcedefinitions'],
  ['apiregistration.k8s.io/v1', 'apiservices'],
  ['apps/v1', 'deployments'],
  ['authentication.k8s.io/v1', 'tokenreviews'],
  ['authorization.k8s.io/v1', 'selfsubjectaccessreviews'],
  ['autoscaling/v1', 'horizontalpodautoscalers'],
  ['autoscaling/v2', 'horizontalpodautoscalers'],
  ['batch/v1', 'jobs'],
  ['certificates.k8s.io/v1', 'certificatesigningrequests'],
  ['coordination.k8s.io/v1', 'leases'],
  ['discovery.k8s.io/v1', 'endpointslices'],
  ['events.k8s.io/v1', 'events'],
  ['networking.k8s.io/v1', 'ingresses'],
  ['node.k8s.io/v1', 'runtimeclasses'],
  ['policy/v1', 'poddisruptionbudgets'],
  ['scheduling.k8s.io/v1', 'priorityclasses'],
  ['storage.k8s.io/v1', 'csinodes'],
];
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** `group/version resource` of everything an aggregated document lists. */
const listedIn = ({ items }: Anything): string[] =>
  items.flatMap(({ metadata, versions }: Anything) =>
    versions.flatMap(({ version, resources }: Anything) =>
      resources.map(({ resource }: Anything) => `${[metadata.name, version].filter(Boolean).join('/')} ${resource}`),
    ),
  );

apiBehaviour('one document lists every resource, asked alone or as clients ask', async ({ ask }) => {
  // What client-go asks for: the aggregated document, or else the plain one.
  const accepts = [AGGREGATED, `${AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json`];
  for (const accept of accepts) {
    const { body } = await ask('GET', '/apis', { headers: { accept } });
    expect(body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
    expect(listedIn(body)).toEqual(expect.arrayContaining(RESOURCES.map((pair) => pair.join(' '))));
    const core = await ask('GET', '/api', { headers: { accept } });
    expect(listedIn(core.body)).toContain('v1 namespaces');
  }
});

apiBehaviour('each group and version lists its resources', async ({ get }) => {
  for (const [groupVersion, resource] of [['v1', 'namespaces'], ...RESOURCES] as const) {
    const list = await get(groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`);
    expect(list.groupVersion).toBe(groupVersion);
    expect(list.resources.map(({ name }: Anything) => name)).toContain(resource);
  }
});

apiBehaviour('the preferred version of each group is one it has', async ({ get }) => {
  const { groups } = await get('/apis/');
  expect(groups).not.toEqual([]);
  for (const { name } of groups) {
    // Groups of other tests come and go.
    if (name.endsWith('.example.com')) continue;
    const { versions, preferredVersion } = await get(`/apis/${name}/`);
    expect(versions).toContainEqual(preferredVersion);
  }
});

apiBehaviour('the server tells its version', async ({ get }) => {
  const { major, minor } = await get('/version');
  expect(`${major}.${minor.replace(/[^0-9]/g, '')}`).toMatch(/^1\.\d+$/);
});

apiBehaviour('a review is no table', async ({ ask }) => {
  const body = {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
  };
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const answer = await ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body, headers });
  expect(answer.code).toBe(406);
  expect(answer.body).toMatchObject({ kind: 'Status', reason: 'NotAcceptable', code: 406 });
});
