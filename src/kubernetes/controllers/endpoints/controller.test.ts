import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { endpoints, pods, services } from '../../api/resources.ts';
import { endpointsController } from './controller.ts';

const labels = { app: 'web' };
const web = { namespace: 'ns', name: 'web' };
const pod = (name: string, ip: string, ready = true): Pod => ({
  metadata: { name, namespace: 'ns', labels },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 8080 }] }] },
  status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

test('ready and unready pods of a Service, and none when it is gone', async () => {
  await using world = controllersOnFakes(endpointsController);
  await world.api.create(services, {
    metadata: { ...web, labels: { tier: 'front' } },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }] },
  });
  await world.api.create(pods, pod('b', '10.0.0.2'));
  await world.api.create(pods, pod('a', '10.0.0.1'));
  await world.api.create(pods, pod('c', '10.0.0.3', false));
  await world.settle();
  const made = await world.api.get(endpoints, web);
  expect(made.metadata.labels).toEqual({ tier: 'front', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
  expect(made.subsets).toMatchObject([
    {
      addresses: [{ ip: '10.0.0.1', nodeName: 'n1', targetRef: { kind: 'Pod', name: 'a' } }, { ip: '10.0.0.2' }],
      notReadyAddresses: [{ ip: '10.0.0.3' }],
      ports: [{ port: 8080, protocol: 'TCP' }],
    },
  ]);
  await world.api.delete(services, web);
  await world.settle();
  expect((await world.api.list(endpoints)).items).toEqual([]);
});

test('a Service without a selector is left to others', async () => {
  await using world = controllersOnFakes(endpointsController);
  await world.api.create(services, { metadata: web, spec: { ports: [{ port: 80 }] } });
  await world.settle();
  expect((await world.api.list(endpoints)).items).toEqual([]);
});
