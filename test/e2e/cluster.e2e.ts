import { access, readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Node, Pod, Service } from '../../src/kubernetes/api/generated/core-v1.ts';
import { BUSYBOX } from '../support/busybox-image.ts';
import { type Kubectl, kubectlWith } from '../support/kubectl.ts';
import { eventually, Printed, succeed } from '../support/process.ts';
import { leftovers, type TestHome, testHome, uniqueName } from '../support/test-cluster.ts';
import { countingJob, crashing, everywhere, volumes, web } from './manifests.ts';

const cluster = uniqueName('whole');
const controlPlane = `${cluster}-control-plane`;
const workers = [`${cluster}-worker`, `${cluster}-worker2`];
let home: TestHome;
let kubectl: Kubectl;

const pods = async (selector: string) => (await kubectl.json<{ items: Pod[] }>('get', 'pods', '-l', selector)).items;
const isReady = (pod: Pod) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
const addressOf = async (node: string) =>
  (await succeed('docker', ['inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', `slipway-${node}`])).trim();
const onNode = (node: string, script: string) => succeed('docker', ['exec', `slipway-${node}`, 'sh', '-c', script]);

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: 5000 }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text.trim()));
    });
    request.on('timeout', () => request.destroy(new Error(`${url}: no answer`)));
    request.on('error', reject);
  });
}

/** The Service answers by its DNS name in a pod on every node. */
async function answersEverywhere(): Promise<void> {
  const viewers = await pods('app=everywhere');
  expect(viewers.map((pod) => pod.spec?.nodeName).sort()).toEqual([controlPlane, ...workers]);
  for (const viewer of viewers) {
    const answer = await kubectl('exec', viewer.metadata.name!, '--', 'wget', '-T', '5', '-qO-', 'http://web.default.svc.cluster.local');
    expect(answer).toMatch(/^web-/);
  }
}

beforeAll(async () => {
  home = await testHome();
  kubectl = kubectlWith(home.env);
  await writeFile(
    home.env.KUBECONFIG,
    'apiVersion: v1\nkind: Config\ncontexts: [{ name: other, context: { cluster: o, user: o } }]\ncurrent-context: other\n',
  );
  await home.slipway('cluster', 'create', cluster, '--workers', '2');
});

afterAll(async () => {
  await home.trySlipway('cluster', 'delete', cluster);
  await home.remove();
});

describe('a new cluster', () => {
  test('has three Ready nodes, its context is current and another context is kept', async () => {
    const { items } = await kubectl.json<{ items: Node[] }>('get', 'nodes');
    expect(items.map((node) => node.metadata.name).sort()).toEqual([controlPlane, ...workers]);
    const config = parse(await readFile(home.env.KUBECONFIG, 'utf8'));
    expect(config['current-context']).toBe(`slipway-${cluster}`);
    expect(config.contexts.map(({ name }: { name: string }) => name)).toEqual(['other', `slipway-${cluster}`]);
    expect(await home.slipway('cluster', 'list')).toMatch(new RegExp(`${cluster} +running +3`));
  });

  test('a second one of that name, and one whose port is taken, are refused in one sentence', async () => {
    const again = await home.trySlipway('cluster', 'create', cluster);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining(`A cluster named "${cluster}" already exists`) });
    const port = new URL(parse(await home.slipway('kubeconfig', cluster)).clusters[0].cluster.server).port;
    const taken = await home.trySlipway('cluster', 'create', uniqueName('port'), '--api-port', port);
    expect(taken.stderr).toContain(`Port ${port} on 127.0.0.1 is already in use`);
  });

  test('an image of the local Docker Engine is loaded into every node; one that is not there is named', async () => {
    await home.slipway('image', 'load', BUSYBOX, '--name', cluster);
    for (const node of [controlPlane, ...workers]) expect(await onNode(node, 'ctr -n k8s.io images ls -q')).toContain(BUSYBOX);
    const missing = await home.trySlipway('image', 'load', 'no/such:image', '--name', cluster);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('Docker Engine has no image "no/such:image"') });
  });
});

describe('workloads', () => {
  test('a Deployment of three replicas runs on both workers', async () => {
    await kubectl.apply(web);
    await kubectl.apply(everywhere);
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=90s');
    await kubectl('rollout', 'status', 'daemonset/everywhere', '--timeout=90s');
    const running = await pods('app=web');
    expect(running).toHaveLength(3);
    expect(new Set(running.map((pod) => pod.spec?.nodeName))).toEqual(new Set(workers));
  });

  test('its Service answers by DNS name from a pod on every node', answersEverywhere);

  test('its Service answers on the node port of every node', async () => {
    const service = await kubectl.json<Service>('get', 'service', 'web');
    const port = service.spec?.ports?.[0]?.nodePort;
    for (const node of [controlPlane, ...workers]) expect(await fetchText(`http://${await addressOf(node)}:${port}/`)).toMatch(/^web-/);
  });

  test('a deleted pod is replaced', async () => {
    const [victim] = await pods('app=web');
    await kubectl('delete', 'pod', victim!.metadata.name!, '--wait=true');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    const names = (await pods('app=web')).map((pod) => pod.metadata.name);
    expect(names).toHaveLength(3);
    expect(names).not.toContain(victim!.metadata.name);
  });

  test('init containers, environment and volumes hold what they should', async () => {
    await kubectl.apply(volumes);
    await kubectl('wait', 'pod/volumes', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s');
    const log = await kubectl('logs', 'volumes');
    expect(log).toMatch(/color=blue word=hunter2 pod=volumes node=\S+-worker2? cpu=25 from=blue/);
    for (const line of ['prepared', 'level=9', 'hunter2', 'tier="test"', 'has token', 'has host path']) expect(log).toContain(line);
  });

  test('a failing container is restarted with back-off and its previous log is kept', async () => {
    await kubectl.apply(crashing);
    await eventually(async () => {
      const pod = await kubectl.json<Pod>('get', 'pod', 'crashing');
      const [container] = pod.status?.containerStatuses ?? [];
      expect(container?.restartCount).toBeGreaterThanOrEqual(1);
      expect(container?.state?.waiting?.reason).toBe('CrashLoopBackOff');
      expect(container?.lastState?.terminated?.exitCode).toBe(3);
    });
    expect(await kubectl('logs', 'crashing', '--previous')).toContain('attempt');
    await kubectl('delete', 'pod', 'crashing', '--now');
  });

  test('a Job completes', async () => {
    await kubectl.apply(countingJob);
    await kubectl('wait', 'job/counting', '--for=condition=complete', '--timeout=90s');
    expect(await pods('job-name=counting')).toHaveLength(5);
    await kubectl('delete', 'job', 'counting');
    await eventually(async () => expect(await pods('job-name=counting')).toHaveLength(0));
  });
});

describe('kubectl', () => {
  test('logs: follow, tail, since, all pods of a selector', async () => {
    const [pod] = await pods('app=web');
    const name = pod!.metadata.name!;
    const follow = kubectl.start('logs', '-f', name, '--tail=1');
    try {
      await kubectl('exec', name, '--', 'sh', '-c', 'echo told from outside > /proc/1/fd/1');
      await new Printed(follow).waitFor(/told from outside/);
    } finally {
      follow.kill();
    }
    expect(await kubectl('logs', name, '--tail=1')).toMatch(/^[^\n]+\n$/);
    expect(await kubectl('logs', name, '--since=1h')).toContain(`serving as ${name}`);
    expect((await kubectl('logs', '-l', 'app=web', '--tail=-1')).match(/serving as web-/g)).toHaveLength(3);
  });

  test('exec: output, exit code and standard input', async () => {
    const [pod] = await pods('app=everywhere');
    const name = pod!.metadata.name!;
    expect(await kubectl('exec', name, '--', 'echo', 'hello')).toBe('hello\n');
    expect((await kubectl.try('exec', name, '--', 'sh', '-c', 'exit 7')).code).toBe(7);
    expect(await succeed('kubectl', ['exec', '-i', name, '--', 'wc', '-c'], { env: home.env, input: 'x'.repeat(100_000) })).toBe(
      '100000\n',
    );
    const terminal = await succeed('script', ['-qec', `kubectl exec -it ${name} -- sh -c 'tty; stty size'`, '/dev/null'], {
      env: home.env,
    });
    expect(terminal).toContain('/dev/pts/');
  });

  test('cp: into a pod and back', async () => {
    const [pod] = await pods('app=everywhere');
    const there = `${pod!.metadata.name}:/tmp/copied`;
    const from = join(home.folder, 'from.txt');
    const to = join(home.folder, 'to.txt');
    await writeFile(from, 'copied text\n'.repeat(5000));
    await kubectl('cp', from, there);
    await kubectl('cp', there, to);
    expect(await readFile(to, 'utf8')).toBe(await readFile(from, 'utf8'));
  });

  test('port-forward: several requests to a pod and to a service', async () => {
    for (const target of ['deployment/web', 'service/web']) {
      const forward = kubectl.start('port-forward', target, target.startsWith('service') ? ':80' : ':8080');
      try {
        const [, port] = await new Printed(forward).waitFor(/127\.0\.0\.1:(\d+)/);
        for (let request = 0; request < 3; request++) expect(await fetchText(`http://127.0.0.1:${port}/`)).toMatch(/^web-/);
      } finally {
        forward.kill();
      }
    }
  });

  test('get: wide, yaml, selectors, watch', async () => {
    expect(await kubectl('get', 'pods', '-o', 'wide')).toMatch(/NAME +READY +STATUS +RESTARTS +AGE +IP +NODE/);
    expect(parse(await kubectl('get', 'deployment', 'web', '-o', 'yaml'))).toMatchObject({ kind: 'Deployment', spec: { replicas: 3 } });
    expect((await kubectl('get', 'pods', '-l', 'app in (web)', '-o', 'name')).trim().split('\n')).toHaveLength(3);
    expect((await kubectl('get', 'pods', '--field-selector', `spec.nodeName=${workers[0]}`, '-o', 'name')).length).toBeGreaterThan(0);
    const watch = kubectl.start('get', 'configmaps', '-w');
    const printed = new Printed(watch);
    try {
      await printed.waitFor(/kube-root-ca.crt/);
      await kubectl('create', 'configmap', 'watched', '--from-literal=a=b');
      await printed.waitFor(/watched +1/);
    } finally {
      watch.kill();
    }
  });

  test('describe, explain, api-resources, label, edit, scale, rollout', async () => {
    expect(await kubectl('describe', 'deployment', 'web')).toContain('ScalingReplicaSet');
    expect(await kubectl('describe', 'node', workers[0]!)).toContain('Allocated resources');
    expect(await kubectl('explain', 'deployment.spec.strategy')).toContain('FIELDS:');
    expect(await kubectl('api-resources')).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
    await kubectl('label', 'configmap', 'watched', 'kind-of=test');
    await succeed('kubectl', ['edit', 'configmap', 'watched'], { env: { ...home.env, EDITOR: "sed -i 's/a: b/a: edited/'" } });
    expect(await kubectl('get', 'configmap', 'watched', '-o', 'jsonpath={.data.a}{.metadata.labels.kind-of}')).toBe('editedtest');
    await kubectl('scale', 'deployment/web', '--replicas=5');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    expect(await pods('app=web')).toHaveLength(5);
    await kubectl('scale', 'deployment/web', '--replicas=3');
    await kubectl('rollout', 'restart', 'deployment/web');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=90s');
    expect((await kubectl('rollout', 'history', 'deployment/web')).trim().split('\n')).toHaveLength(4);
    await kubectl('rollout', 'undo', 'deployment/web');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=90s');
    await eventually(async () => expect(await pods('app=web')).toHaveLength(3));
  });

  test('apply server side, with a conflict told; a bad manifest is refused in the words of Kubernetes', async () => {
    const config = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: applied }\ndata: { key: ${value} }\n`;
    await kubectl.apply(config('one'), '--server-side', '--field-manager=first');
    const conflict = await kubectl.try('patch', 'configmap', 'applied', '--type=merge', '-p', '{"data":{"key":"two"}}');
    expect(conflict.code).toBe(0);
    await expect(kubectl.apply(config('three'), '--server-side', '--field-manager=third')).rejects.toThrow(
      /conflict.*kubectl-patch.*\.data\.key/s,
    );
    await expect(kubectl.apply(config('three').replace('\ndata', '\ndato'))).rejects.toThrow(/strict decoding error: unknown field "dato"/);
    await expect(kubectl.apply(web.replace('name: web', 'name: other').replace('replicas: 3', 'replicas: three'))).rejects.toThrow(
      /cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32/,
    );
    await expect(kubectl.apply(web.replace('name: web', 'name: Web_'))).rejects.toThrow(
      /metadata.name: Invalid value: "Web_": a lowercase RFC 1123 subdomain/,
    );
  });

  test('top shows nodes and pods', async () => {
    await eventually(async () => {
      expect(await kubectl('top', 'nodes')).toMatch(new RegExp(`${workers[0]} +\\d+m`));
      expect(await kubectl('top', 'pods')).toMatch(/web-\S+ +\d+m +\d+Mi/);
    }, 90);
  });
});

const lastNumber = (address = ''): number => Number(address.split('.').at(-1));

describe('what breaks comes back', () => {
  test('a container that is killed is started again', async () => {
    const [pod] = await pods('app=everywhere');
    const name = pod!.metadata.name!;
    await kubectl.try('exec', name, '--', 'kill', '-9', '1');
    await onNode(
      pod!.spec!.nodeName!,
      `kill -9 $(cat /run/containerd/io.containerd.runtime.v2.task/k8s.io/${pod!.status!.containerStatuses![0]!.containerID!.replace('containerd://', '')}/init.pid)`,
    );
    await eventually(async () => {
      const now = await kubectl.json<Pod>('get', 'pod', name);
      expect(now.status?.containerStatuses?.[0]?.restartCount).toBeGreaterThanOrEqual(1);
      expect(isReady(now)).toBe(true);
    });
  });

  test('a killed kubelet comes back and no container is restarted', async () => {
    const before = await pods('app=web');
    const node = before[0]!.spec!.nodeName!;
    await onNode(node, 'kill -9 $(cat /run/slipway/agent.pid)');
    await eventually(async () => {
      const renewed = await kubectl('get', 'lease', '-n', 'kube-node-lease', node, '-o', 'jsonpath={.spec.renewTime}');
      const started = await onNode(node, 'stat -c %Y /run/slipway/agent.pid');
      expect(Date.parse(renewed)).toBeGreaterThan(Number(started) * 1000);
    });
    const containers = (list: Pod[]) => list.map((pod) => pod.status?.containerStatuses?.[0]?.containerID).sort();
    expect(containers(await pods('app=web'))).toEqual(containers(before));
    await answersEverywhere();
  });

  test('an API server killed without warning loses no acknowledged write', async () => {
    for (let write = 0; write < 5; write++) await kubectl('create', 'configmap', `written-${write}`, `--from-literal=n=${write}`);
    await onNode(controlPlane, 'kill -9 $(cat /run/slipway/kube-apiserver.pid)');
    await eventually(async () => expect((await kubectl('get', 'configmaps', '-o', 'name')).match(/written-/g)).toHaveLength(5));
  });

  test('nodes restarted by Docker with other addresses find each other', async () => {
    const nodes = [controlPlane, ...workers].map((node) => `slipway-${node}`);
    const before = await Promise.all([controlPlane, ...workers].map(addressOf));
    await succeed('docker', ['stop', ...nodes]);
    // Docker hands out the lowest address first: who had the highest gets that.
    const highestFirst = nodes.toSorted((a, b) => lastNumber(before[nodes.indexOf(b)]) - lastNumber(before[nodes.indexOf(a)]));
    for (const node of highestFirst) await succeed('docker', ['start', node]);
    const after = await Promise.all([controlPlane, ...workers].map(addressOf));
    expect(after).not.toEqual(before);
    await eventually(async () => {
      const { items } = await kubectl.json<{ items: Node[] }>('get', 'nodes');
      const internal = items.map((node) => node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address);
      expect(new Set(internal)).toEqual(new Set(after));
      const running = [...(await pods('app=web')), ...(await pods('app=everywhere'))];
      expect(running.filter(isReady)).toHaveLength(6);
    }, 120);
    await eventually(answersEverywhere, 60);
  });

  test('a stopped cluster is listed as stopped and works again after a start', async () => {
    await home.slipway('cluster', 'stop', cluster);
    expect(await home.slipway('cluster', 'list')).toMatch(new RegExp(`${cluster} +stopped`));
    await home.slipway('cluster', 'start', cluster);
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=90s');
    await eventually(answersEverywhere, 60);
  });
});

test('deleting leaves nothing: containers, volumes, networks, files, context', async () => {
  await home.slipway('cluster', 'delete', cluster);
  expect(await leftovers(cluster)).toEqual([]);
  await expect(access(join(home.env.SLIPWAY_HOME, 'clusters', cluster))).rejects.toThrow('ENOENT');
  const config = parse(await readFile(home.env.KUBECONFIG, 'utf8'));
  expect(config.contexts.map(({ name }: { name: string }) => name)).toEqual(['other']);
  expect(config.clusters).toEqual([]);
  expect(await home.trySlipway('cluster', 'delete', cluster)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no cluster named'),
  });
});
