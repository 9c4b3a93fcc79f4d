// Conformance: "[DRA] CRUD Tests resource.k8s.io/v1 DeviceClass", "... ResourceClaim", "... ResourceClaimTemplate",
// "... ResourceSlice" of sig-node.
import { expect } from 'vitest';
import { apiBehaviour, namesOf } from '../../support/api-behaviour.ts';
import { supportsApiOperations } from '../../support/api-operations.ts';

const group = { group: 'resource.k8s.io', version: 'v1' };
const selectors = [{ cel: { expression: 'device.driver == "dra.example.com"' } }];
const devices = { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpus', allocationMode: 'ExactCount', count: 1 } }] };
const pool = { name: 'pool', generation: 1, resourceSliceCount: 1 };

supportsApiOperations('device classes', {
  ...group,
  resource: 'deviceclasses',
  object: () => ({ spec: { selectors } }),
  change: { spec: { extendedResourceName: 'example.com/gpu' } },
});

supportsApiOperations('claims of devices', {
  ...group,
  resource: 'resourceclaims',
  namespaced: true,
  object: () => ({ spec: { devices } }),
});

supportsApiOperations('templates of claims', {
  ...group,
  resource: 'resourceclaimtemplates',
  namespaced: true,
  object: () => ({ spec: { metadata: { labels: { made: 'yes' } }, spec: { devices } } }),
});

supportsApiOperations('slices of pools of devices', {
  ...group,
  resource: 'resourceslices',
  object: ({ namespace }) => ({ spec: { driver: 'dra.example.com', nodeName: namespace, pool, devices: [{ name: 'gpu-0' }] } }),
  change: { spec: { pool: { ...pool, generation: 2 } } },
});

apiBehaviour('a claim is allocated, reserved and given back through its status', async (space) => {
  const path = space.in('resource.k8s.io/v1', 'resourceclaims');
  await space.create(path, { metadata: { name: 'claim' }, spec: { devices } });
  const results = [{ request: 'gpu', driver: 'dra.example.com', pool: 'pool', device: 'gpu-0' }];
  const status = { allocation: { devices: { results } }, reservedFor: [{ resource: 'pods', name: 'pod', uid: 'a-uid' }] };
  const patched = await space.patch('merge', `${path}/claim/status`, { metadata: { annotations: { lost: 'true' } }, status });
  expect(patched.status).toEqual(status);
  expect(patched.metadata.annotations).toBeUndefined();
  // The pod does not exist, so that a controller may have taken the claim back from it by now.
  expect((await space.get(`${path}/claim/status`)).status).toMatchObject({ allocation: status.allocation });
  const change = { allocation: { devices: { results: [{ ...results[0], device: 'gpu-1' }] } } };
  const headers = { 'content-type': 'application/merge-patch+json' };
  const refused = await space.ask('PATCH', `${path}/claim/status`, { body: { status: change }, headers });
  expect(refused).toMatchObject({ code: 422, body: { details: { causes: [{ field: 'status.allocation' }] } } });
  const applied = { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name: 'claim' } };
  const data = [{ driver: 'dra.example.com', pool: 'pool', device: 'gpu-0', data: { temperature: 40 } }];
  const told = await space.patch('apply', `${path}/claim/status?fieldManager=driver`, { ...applied, status: { devices: data } });
  expect(told.status.devices).toMatchObject(data);
  const free = await space.update(`${path}/claim`, (claim) => delete claim.status.allocation && delete claim.status.reservedFor, '/status');
  expect(free.status).toEqual({});
});

apiBehaviour('slices are selected by node and by driver', async (space, context) => {
  const path = '/apis/resource.k8s.io/v1/resourceslices';
  const names = ['a', 'b'].map((letter) => `${space.namespace}-${letter}`);
  context.onTestFinished(async () => {
    for (const name of names) await space.ask('DELETE', `${path}/${name}`);
  });
  for (const name of names)
    await space.create(path, { metadata: { name }, spec: { driver: `${space.namespace}.com`, nodeName: name, pool } });
  const selected = async (selector: string) => namesOf(await space.get(`${path}?fieldSelector=${selector}`));
  expect(await selected(`spec.nodeName=${names[1]}`)).toEqual([names[1]]);
  expect(await selected(`spec.driver=${space.namespace}.com`)).toEqual(names);
});

apiBehaviour('a selector that does not compile is refused', async (space) => {
  const refused = await space.refused('POST', '/apis/resource.k8s.io/v1/deviceclasses', {
    metadata: { name: space.namespace },
    spec: { selectors: [{ cel: { expression: 'device.nothing' } }] },
  });
  expect(refused).toMatchObject({ code: 422, reason: 'Invalid', details: { causes: [{ field: 'spec.selectors[0].cel.expression' }] } });
});
