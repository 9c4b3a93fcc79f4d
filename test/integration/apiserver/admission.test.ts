import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const NAMESPACE = '/api/v1/namespaces/default';
const container = { name: 'c', image: 'img:1' };

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await server.call('POST', `${NAMESPACE}/serviceaccounts`, { body: { metadata: { name: 'default' } } });
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (path: string, body: object, options = {}) => server.call('POST', path, { ...options, body });

describe('namespaces', () => {
  test('nothing is created in one that is not there', async () => {
    expect(await post('/api/v1/namespaces/nowhere/configmaps', { metadata: { name: 'x' } })).toMatchObject({
      code: 404,
      body: { message: 'namespaces "nowhere" not found' },
    });
  });

  test('nothing is created in one that is being terminated', async () => {
    await post('/api/v1/namespaces', { metadata: { name: 'going' } });
    await server.call('DELETE', '/api/v1/namespaces/going');
    const answer = await post('/api/v1/namespaces/going/configmaps', { metadata: { name: 'x' } });
    expect(answer).toMatchObject({
      code: 403,
      body: {
        message: 'configmaps "x" is forbidden: unable to create new content in namespace going because it is being terminated',
        details: {
          causes: [{ reason: 'NamespaceTerminating', message: 'namespace going is being terminated', field: 'metadata.namespace' }],
        },
      },
    });
  });

  test.each(['default', 'kube-system', 'kube-public'])('%s stays', async (name) => {
    const answer = await server.call('DELETE', `/api/v1/namespaces/${name}`);
    expect(answer).toMatchObject({ code: 403, body: { message: `namespaces "${name}" is forbidden: this namespace may not be deleted` } });
  });
});

describe('nodes', () => {
  const kubelet = async (name: string) => ({
    client: await server.sign({ commonName: `system:node:${name}`, organisations: ['system:nodes'] }),
  });

  test('a new node takes no pods yet', async () => {
    const { body } = await post('/api/v1/nodes', { metadata: { name: 'a' } }, await kubelet('a'));
    expect(body.spec.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
  });

  test('a kubelet leaves other nodes alone', async () => {
    const answer = await post('/api/v1/nodes', { metadata: { name: 'b' } }, await kubelet('a'));
    expect(answer).toMatchObject({ code: 403, body: { message: 'nodes "b" is forbidden: node "a" is not allowed to modify node "b"' } });
    expect((await server.call('GET', '/api/v1/nodes/b', await kubelet('a'))).code).toBe(403);
  });

  test('a kubelet does not choose labels that draw pods', async () => {
    const metadata = { name: 'c', labels: { 'node-restriction.kubernetes.io/x': '1', 'kubernetes.io/hostname': 'c', own: 'yes' } };
    const answer = await post('/api/v1/nodes', { metadata }, await kubelet('c'));
    expect(answer.body.message).toBe(
      'nodes "c" is forbidden: node "c" is not allowed to set the following labels: node-restriction.kubernetes.io/x',
    );
  });

  test('a kubelet sees the pods bound to it and what they need', async () => {
    await post(`${NAMESPACE}/secrets`, { metadata: { name: 'needed' } });
    await post(`${NAMESPACE}/secrets`, { metadata: { name: 'other' } });
    const volumes = [{ name: 's', secret: { secretName: 'needed' } }];
    await post(`${NAMESPACE}/pods`, { metadata: { name: 'bound' }, spec: { nodeName: 'a', containers: [container], volumes } });
    const a = await kubelet('a');
    expect((await server.call('GET', '/api/v1/pods?fieldSelector=spec.nodeName%3Da', a)).body.items).toHaveLength(1);
    expect((await server.call('GET', '/api/v1/pods', a)).code).toBe(403);
    expect((await server.call('GET', `${NAMESPACE}/secrets/needed`, a)).code).toBe(200);
    expect((await server.call('GET', `${NAMESPACE}/secrets/other`, a)).code).toBe(403);
    expect((await server.call('GET', `${NAMESPACE}/secrets/needed`, await kubelet('c'))).code).toBe(403);
  });

  test('a kubelet asks for tokens of its own pods alone', async () => {
    const { body: pod } = await server.call('GET', `${NAMESPACE}/pods/bound`);
    const spec = (uid: string) => ({ spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'bound', uid } } });
    const path = `${NAMESPACE}/serviceaccounts/default/token`;
    expect((await post(path, spec(pod.metadata.uid), await kubelet('a'))).code).toBe(201);
    expect((await post(path, { spec: {} }, await kubelet('a'))).body.message).toContain('node requested token not bound to a pod');
    expect((await post(path, spec(pod.metadata.uid), await kubelet('c'))).code).toBe(403);
  });

  test('a kubelet makes mirror pods and no others', async () => {
    const answer = await post(
      `${NAMESPACE}/pods`,
      { metadata: { name: 'own' }, spec: { nodeName: 'a', containers: [container] } },
      await kubelet('a'),
    );
    expect(answer.body.message).toBe(
      'pods "own" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "a" can only create mirror pods',
    );
  });
});

describe('pods', () => {
  test('priority comes from the class', async () => {
    const critical = { metadata: { name: 'critical' }, spec: { priorityClassName: 'system-node-critical', containers: [container] } };
    expect((await post(`${NAMESPACE}/pods`, critical)).body.spec.priority).toBe(2_000_001_000);
    const unknown = await post(`${NAMESPACE}/pods`, {
      metadata: { name: 'unknown' },
      spec: { priorityClassName: 'nope', containers: [container] },
    });
    expect(unknown).toMatchObject({
      code: 403,
      body: { message: 'pods "unknown" is forbidden: no PriorityClass with name nope was found' },
    });
  });

  test('a restricted namespace says what is missing', async () => {
    await post('/api/v1/namespaces', {
      metadata: {
        name: 'strict',
        labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' },
      },
    });
    await post('/api/v1/namespaces/strict/serviceaccounts', { metadata: { name: 'default' } });
    const answer = await post('/api/v1/namespaces/strict/pods', {
      metadata: { name: 'bold' },
      spec: { hostNetwork: true, containers: [container] },
    });
    expect(answer.code).toBe(403);
    expect(answer.body.message).toBe(
      'pods "bold" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true), allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
    const deployment = {
      metadata: { name: 'd' },
      spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } } },
    };
    const warned = await post('/apis/apps/v1/namespaces/strict/deployments', deployment);
    expect(warned.code).toBe(201);
    expect(String(warned.headers.warning)).toContain(
      'would violate PodSecurity \\"restricted:latest\\": allowPrivilegeEscalation != false',
    );
  });

  test('a careful pod runs in a restricted namespace', async () => {
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    };
    expect(
      (
        await post('/api/v1/namespaces/strict/pods', {
          metadata: { name: 'careful' },
          spec: { containers: [{ ...container, securityContext }] },
        })
      ).code,
    ).toBe(201);
  });

  test('a level that nobody knows is told', async () => {
    const answer = await post('/api/v1/namespaces', {
      metadata: { name: 'odd', labels: { 'pod-security.kubernetes.io/enforce': 'paranoid' } },
    });
    expect(answer).toMatchObject({
      code: 422,
      body: {
        message:
          'Namespace "odd" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "paranoid": must be one of privileged, baseline, restricted',
      },
    });
  });
});
