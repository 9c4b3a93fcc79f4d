import { expect } from 'vitest';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { behaviour } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

behaviour('variables are expanded in env, command and args; $$ escapes; unknown ones stay', async (space) => {
  const log = await space
    .output({
      containers: [
        {
          command: ['sh', '-c', 'echo "command=$(WORD) composed=$COMPOSED escaped=$$(WORD) unknown=$(NOPE)" "$0"', '$(COMPOSED)'],
          env: [
            { name: 'WORD', value: 'one' },
            { name: 'COMPOSED', value: '$(WORD);;$(OTHER)' },
            { name: 'OTHER', value: 'two' },
          ],
        },
      ],
    })
    .catch((error: Error) => error.message);
  expect(log).toContain('composed=one;;$(OTHER)');
  expect(log).toContain('command=one');
  expect(log).toContain('one;;$(OTHER)');
});

behaviour('args override the image, command overrides its entry point', async (space) => {
  expect(await space.output({ containers: [{ args: ['echo', 'by', 'args'] }] })).toBe('by args\n');
  expect(await space.output({ containers: [{ command: ['echo'], args: ['both'] }] })).toBe('both\n');
});

behaviour('facts of the pod and its resources are environment variables', async (space) => {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const resource = (name: string, what: string, divisor?: string) => ({
    name,
    valueFrom: { resourceFieldRef: { resource: what, divisor } },
  });
  const pod = await space.pod({
    restartPolicy: 'Never',
    labels: { tier: 'front' },
    annotations: { note: 'hello' },
    serviceAccountName: 'default',
    containers: [
      {
        run: 'env | sort',
        resources: { requests: { cpu: '250m', memory: '32Mi' }, limits: { cpu: '1250m', memory: '64Mi' } },
        env: [
          field('A_NAME', 'metadata.name'),
          field('A_NAMESPACE', 'metadata.namespace'),
          field('A_UID', 'metadata.uid'),
          field('A_LABEL', "metadata.labels['tier']"),
          field('A_NOTE', "metadata.annotations['note']"),
          field('A_ACCOUNT', 'spec.serviceAccountName'),
          field('A_NODE', 'spec.nodeName'),
          field('A_HOST_IP', 'status.hostIP'),
          field('A_HOST_IPS', 'status.hostIPs'),
          field('A_POD_IP', 'status.podIP'),
          field('A_POD_IPS', 'status.podIPs'),
          resource('B_CPU_LIMIT', 'limits.cpu'),
          resource('B_CPU_REQUEST', 'requests.cpu', '1m'),
          resource('B_MEMORY_LIMIT', 'limits.memory'),
          resource('B_MEMORY_REQUEST', 'requests.memory', '1Mi'),
        ],
      },
    ],
  });
  const { metadata, spec, status } = await space.podIs(pod, ({ status }) => expect(status?.phase).toBe('Succeeded'));
  const log = await space.kubectl('logs', pod);
  const expected = {
    A_NAME: pod,
    A_NAMESPACE: space.namespace,
    A_UID: metadata.uid,
    A_LABEL: 'front',
    A_NOTE: 'hello',
    A_ACCOUNT: 'default',
    A_NODE: spec?.nodeName,
    A_HOST_IP: status?.hostIP,
    A_HOST_IPS: status?.hostIPs?.map(({ ip }) => ip).join(','),
    A_POD_IP: status?.podIP,
    A_POD_IPS: status?.podIPs?.map(({ ip }) => ip).join(','),
    B_CPU_LIMIT: '2',
    B_CPU_REQUEST: '250',
    B_MEMORY_LIMIT: String(64 * 1024 * 1024),
    B_MEMORY_REQUEST: '32',
  };
  for (const [name, value] of Object.entries(expected)) expect(log).toContain(`${name}=${value}\n`);
});

behaviour('a container without limits is told what its node can give', async (space) => {
  const log = await space.output({
    containers: [
      {
        run: 'echo $CPU $MEMORY',
        env: [
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
        ],
      },
    ],
  });
  const [cpu, memory] = log.trim().split(' ').map(Number);
  expect(cpu).toBeGreaterThan(0);
  expect(memory).toBeGreaterThan(1024 * 1024);
});

behaviour('config maps and secrets are environment variables, one by one, all at once and with a prefix', async (space) => {
  await space.apply(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { COLOR: 'blue', '1-odd.name': 'kept' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { WORD: 'hunter2' } },
  );
  const log = await space.output({
    containers: [
      {
        command: ['env'],
        env: [
          { name: 'ONE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'COLOR' } } },
          { name: 'TWO', valueFrom: { secretKeyRef: { name: 'keys', key: 'WORD' } } },
          { name: 'ABSENT', valueFrom: { configMapKeyRef: { name: 'nowhere', key: 'x', optional: true } } },
        ],
        envFrom: [
          { configMapRef: { name: 'settings' } },
          { prefix: 'p-', configMapRef: { name: 'settings' } },
          { prefix: 's_', secretRef: { name: 'keys' } },
          { configMapRef: { name: 'nowhere', optional: true } },
        ],
      },
    ],
  });
  for (const line of ['ONE=blue', 'TWO=hunter2', 'COLOR=blue', '1-odd.name=kept', 'p-COLOR=blue', 'p-1-odd.name=kept', 's_WORD=hunter2'])
    expect(log).toContain(`${line}\n`);
  expect(log).not.toContain('ABSENT');
});

behaviour('Services that were there first are environment variables', async (space) => {
  await space.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'foo-service' },
    spec: { ports: [{ name: 'web', port: 8765 }], selector: { a: 'b' } },
  });
  const ip = (await space.kubectl('get', 'service', 'foo-service', '-o', 'jsonpath={.spec.clusterIP}')).trim();
  await eventually(async () => {
    const log = await space.output({ containers: [{ run: 'env' }] });
    const base = 'FOO_SERVICE_PORT_8765_TCP';
    for (const line of [
      `FOO_SERVICE_SERVICE_HOST=${ip}`,
      'FOO_SERVICE_SERVICE_PORT=8765',
      'FOO_SERVICE_SERVICE_PORT_WEB=8765',
      `FOO_SERVICE_PORT=tcp://${ip}:8765`,
      `${base}=tcp://${ip}:8765`,
      `${base}_PROTO=tcp`,
      `${base}_PORT=8765`,
      `${base}_ADDR=${ip}`,
      'KUBERNETES_SERVICE_HOST=',
    ])
      expect(log).toContain(line);
  }, 20);
  const without = await space.output({ enableServiceLinks: false, containers: [{ run: 'env' }] });
  expect(without).not.toContain('FOO_SERVICE');
  expect(without).toContain('KUBERNETES_SERVICE_HOST');
});

const messages = [
  { name: 'from its file', run: 'printf DONE > /dev/termination-log', fields: {}, message: 'DONE' },
  {
    name: 'from its own path, as another user',
    run: 'printf DONE > /dev/termination-custom-log',
    fields: { terminationMessagePath: '/dev/termination-custom-log', securityContext: { runAsUser: 1000 } },
    message: 'DONE',
  },
  {
    name: 'from its log, when it failed',
    run: 'printf DONE; exit 1',
    fields: { terminationMessagePolicy: 'FallbackToLogsOnError' },
    message: 'DONE',
  },
  {
    name: 'empty, when it succeeded with a log alone',
    run: 'printf DONE',
    fields: { terminationMessagePolicy: 'FallbackToLogsOnError' },
    message: undefined,
  },
  {
    name: 'from its file before its log',
    run: 'printf OK > /dev/termination-log; printf DONE',
    fields: { terminationMessagePolicy: 'FallbackToLogsOnError' },
    message: 'OK',
  },
];
for (const { name, run, fields, message } of messages)
  behaviour(`a container's last words: ${name}`, async (space) => {
    const pod = await space.pod({ restartPolicy: 'Never', containers: [{ run, ...fields }] });
    const { status } = await space.podIs(pod, ({ status }) => expect(status?.phase).toMatch(/Succeeded|Failed/));
    expect(status?.containerStatuses?.[0]?.state?.terminated?.message).toBe(message);
  });

const policies = [
  { policy: 'Always', restarts: 2, phase: 'Running', ready: 'True', state: 'running' },
  { policy: 'OnFailure', restarts: 1, phase: 'Succeeded', ready: 'False', state: 'terminated' },
  { policy: 'Never', restarts: 0, phase: 'Failed', ready: 'False', state: 'terminated' },
];
for (const { policy, restarts, phase, ready, state } of policies)
  behaviour(`restart policy ${policy}: a container that fails, then ends, then runs`, async (space) => {
    const run = 'echo >> /keep/runs; case $(wc -l < /keep/runs) in 1) exit 1;; 2) exit 0;; esac; sleep 600';
    const pod = await space.pod({
      restartPolicy: policy,
      volumes: [{ name: 'keep', emptyDir: { medium: 'Memory' } }],
      containers: [{ run, volumeMounts: [{ name: 'keep', mountPath: '/keep' }] }],
    });
    await space.podIs(
      pod,
      ({ status }) => {
        expect(status?.containerStatuses?.[0]?.restartCount).toBe(restarts);
        expect(status?.phase).toBe(phase);
        expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe(ready);
        expect(Object.keys(status?.containerStatuses?.[0]?.state ?? {})).toEqual([state]);
      },
      90,
    );
    if (phase === 'Failed') expect((await space.getPod(pod)).status?.containerStatuses?.[0]?.state?.terminated?.reason).toBe('Error');
    await space.kubectl('delete', 'pod', pod, '--timeout=40s');
  });

behaviour('the root file system can be read only', async (space) => {
  const log = await space.output({
    containers: [{ run: 'echo x > /file || echo refused', securityContext: { readOnlyRootFilesystem: true } }],
  });
  expect(log).toContain('refused');
});

behaviour('host aliases, host name and subdomain are in /etc/hosts; a container may bring its own file', async (space) => {
  const hosts = await space.output({
    name: 'named',
    hostname: 'first',
    subdomain: 'group',
    hostAliases: [{ ip: '123.45.67.89', hostnames: ['foo', 'bar'] }],
    containers: [{ run: 'cat /etc/hosts; hostname; hostname -f' }],
  });
  expect(hosts).toContain('# Kubernetes-managed hosts file.');
  expect(hosts).toMatch(/123\.45\.67\.89\tfoo\tbar/);
  expect(hosts).toContain(`first.group.${space.namespace}.svc.cluster.local\tfirst`);
  const own = await space.output({
    volumes: [{ name: 'etc', hostPath: { path: '/etc/hostname', type: 'File' } }],
    containers: [{ run: 'cat /etc/hosts', volumeMounts: [{ name: 'etc', mountPath: '/etc/hosts' }] }],
  });
  expect(own).not.toContain('Kubernetes-managed');
  const host = await space.output({ hostNetwork: true, containers: [{ run: 'cat /etc/hosts' }] });
  expect(host).not.toContain('# Kubernetes-managed hosts file.\n127');
});

behaviour('a container whose image is not there waits, named in the status, and its pod can be deleted', async (space) => {
  const pod = await space.pod({ containers: [{ image: 'no-such.invalid/thing:1' }] });
  await space.podIs(pod, ({ status }) =>
    expect(status?.containerStatuses?.[0]?.state?.waiting?.reason).toMatch(/ErrImagePull|ImagePullBackOff/),
  );
  await space.kubectl('delete', 'pod', pod, '--timeout=30s');
  expect(IMAGE).not.toBe('');
});
