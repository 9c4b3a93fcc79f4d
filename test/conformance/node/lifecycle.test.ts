import { expect } from 'vitest';
import type { Pod } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { behaviour, type Space } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const restarts = ({ status }: Pod) => status?.containerStatuses?.[0]?.restartCount ?? 0;
const isReady = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === 'Ready')?.status;
const often = { periodSeconds: 1, failureThreshold: 1, initialDelaySeconds: 1 };
const serve = 'mkdir -p /www; echo ok > /www/healthz; exec httpd -f -v -p 8080 -h /www';

const failing = [
  { name: 'exec', run: 'touch /tmp/health; sleep 2; rm /tmp/health; sleep 600', probe: { exec: { command: ['cat', '/tmp/health'] } } },
  {
    name: 'http',
    run: 'mkdir -p /www; echo ok > /www/healthz; (sleep 2; rm /www/healthz) & exec httpd -f -p 8080 -h /www',
    probe: { httpGet: { path: '/healthz', port: 8080 } },
  },
  { name: 'tcp', run: '(timeout 2 httpd -f -p 8080); sleep 600', probe: { tcpSocket: { port: 8080 } } },
];
for (const { name, run, probe } of failing)
  behaviour(`a container is restarted when its ${name} liveness probe fails`, async (space) => {
    const pod = await space.pod({ containers: [{ run, livenessProbe: { ...often, ...probe } }] });
    await space.podIs(pod, (seen) => expect(restarts(seen)).toBeGreaterThanOrEqual(1), 60);
    // Events are sent in the background, after what they tell of.
    await eventually(async () => {
      const events = await space.kubectl('get', 'events', '--field-selector', `involvedObject.name=${pod}`, '-o', 'jsonpath={..reason}');
      expect(events).toContain('Unhealthy');
      expect(events).toContain('Killing');
    });
  });

behaviour('a probe has its own grace period, before the pod’s', async (space) => {
  const pod = await space.pod({
    terminationGracePeriodSeconds: 500,
    containers: [
      {
        run: 'trap "" TERM; sleep 1000 & wait; sleep 1000',
        livenessProbe: { ...often, exec: { command: ['false'] }, terminationGracePeriodSeconds: 1 },
      },
    ],
  });
  await space.podIs(pod, (seen) => expect(restarts(seen)).toBeGreaterThanOrEqual(1), 40);
  await space.kubectl('delete', 'pod', pod, '--now', '--wait=false');
});

behaviour('readiness: not before its delay, never when it fails, and never a reason to restart', async (space) => {
  const probe = { periodSeconds: 1, exec: { command: ['cat', '/tmp/health'] } };
  const [late, never, changing] = await Promise.all([
    space.pod({ containers: [{ run: 'touch /tmp/health; sleep 600', readinessProbe: { ...probe, initialDelaySeconds: 5 } }] }),
    space.pod({ containers: [{ run: 'sleep 600', readinessProbe: probe }] }),
    space.pod({ containers: [{ run: 'touch /tmp/health; sleep 600', readinessProbe: { ...probe, failureThreshold: 1 } }] }),
  ]);
  const { status } = await space.ready(late!);
  const started = Date.parse(status!.containerStatuses![0]!.state!.running!.startedAt!);
  const ready = Date.parse(status!.conditions!.find(({ type }) => type === 'Ready')!.lastTransitionTime!);
  expect(ready - started).toBeGreaterThanOrEqual(4000);
  const unready = await space.getPod(never!);
  expect(isReady(unready)).toBe('False');
  expect(unready.status?.conditions?.find(({ type }) => type === 'ContainersReady')).toMatchObject({
    reason: 'ContainersNotReady',
    message: 'containers with unready status: [main]',
  });
  await space.ready(changing!);
  await space.exec(changing!, 'rm /tmp/health');
  await space.podIs(changing!, (seen) => expect(isReady(seen)).toBe('False'));
  expect(restarts(await space.getPod(changing!)) + restarts(unready)).toBe(0);
});

behaviour('a startup probe holds back the other probes', async (space) => {
  const pod = await space.pod({
    containers: [
      {
        run: 'sleep 3; touch /tmp/started; sleep 600',
        startupProbe: { exec: { command: ['cat', '/tmp/started'] }, periodSeconds: 1, failureThreshold: 60 },
        livenessProbe: { ...often, initialDelaySeconds: 0, exec: { command: ['cat', '/tmp/started'] } },
        readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
      },
    ],
  });
  const { status } = await space.ready(pod);
  expect(status?.containerStatuses?.[0]).toMatchObject({ started: true, restartCount: 0 });
});

behaviour('probes over HTTP follow redirects on the same host alone, and the restart count only grows', async (space) => {
  const pod = await space.pod({
    containers: [
      { run: serve, livenessProbe: { ...often, failureThreshold: 1, initialDelaySeconds: 0, httpGet: { path: '/missing', port: 8080 } } },
    ],
  });
  const seen: number[] = [];
  await eventually(async () => {
    seen.push(restarts(await space.getPod(pod)));
    expect(seen.at(-1)).toBeGreaterThanOrEqual(2);
  }, 60);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

async function hookServer(space: Space): Promise<{ ip: string; log: () => Promise<string> }> {
  const server = await space.pod({
    name: 'handler',
    containers: [
      {
        run: 'mkdir -p /www; echo ok > /www/echo; exec httpd -f -vv -p 8080 -h /www',
        readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
      },
    ],
  });
  const { status } = await space.ready(server);
  return { ip: status!.podIP!, log: () => space.kubectl('logs', server) };
}

const hooks = [
  { name: 'runs a command', handler: (ip: string) => ({ exec: { command: ['wget', '-qO-', `http://${ip}:8080/echo`] } }) },
  {
    name: 'asks over HTTP',
    handler: (ip: string) => ({ httpGet: { host: ip, port: 8080, path: '/echo', httpHeaders: [{ name: 'X-Hook', value: 'yes' }] } }),
  },
];
for (const { name, handler } of hooks)
  behaviour(`a hook after start and one before stop ${name}`, async (space) => {
    const { ip, log } = await hookServer(space);
    const answered = async () => (await log()).match(/(url:|response:200|GET)/g)?.length ?? 0;
    const before = await answered();
    const pod = await space.pod({
      terminationGracePeriodSeconds: 10,
      containers: [{ run: 'trap "exit 0" TERM; sleep 600 & wait', lifecycle: { postStart: handler(ip), preStop: handler(ip) } }],
    });
    await space.ready(pod);
    const afterStart = await answered();
    expect(afterStart).toBeGreaterThan(before);
    await space.kubectl('delete', 'pod', pod, '--timeout=30s');
    expect(await answered()).toBeGreaterThan(afterStart);
  });

behaviour('a hook after start that fails is told and the container restarted', async (space) => {
  const pod = await space.pod({ containers: [{ run: 'sleep 600', lifecycle: { postStart: { exec: { command: ['false'] } } } }] });
  await eventually(async () => {
    const events = await space.kubectl('get', 'events', '--field-selector', `involvedObject.name=${pod}`, '-o', 'jsonpath={..reason}');
    expect(events).toContain('FailedPostStartHook');
  });
});

const order = 'echo $0 >> /all/order';
const shared = { volumes: [{ name: 'all', emptyDir: {} }] };
const volumeMounts = [{ name: 'all', mountPath: '/all' }];
const step = (name: string, run = order.replace('$0', name)) => ({ name, run, volumeMounts });
const initialized = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === 'Initialized')?.status;

for (const policy of ['Never', 'Always'])
  behaviour(`init containers run one by one before the others: restart policy ${policy}`, async (space) => {
    const run = policy === 'Always' ? 'cat /all/order; sleep 600' : 'cat /all/order';
    const pod = await space.pod({
      ...shared,
      restartPolicy: policy,
      initContainers: [step('one'), step('two')],
      containers: [step('main', run)],
    });
    const { status } = await space.podIs(pod, (seen) => {
      expect(seen.status?.phase).toBe(policy === 'Always' ? 'Running' : 'Succeeded');
      expect(initialized(seen)).toBe('True');
    });
    expect(status?.initContainerStatuses?.map(({ ready, state }) => [ready, state?.terminated?.exitCode])).toEqual([
      [true, 0],
      [true, 0],
    ]);
    await eventually(async () => expect(await space.kubectl('logs', pod, '-c', 'main')).toBe('one\ntwo\n'));
  });

behaviour('an init container that fails: the pod fails, or tries it again', async (space) => {
  const containers = [step('main', 'sleep 600')];
  const [never, always] = await Promise.all(
    ['Never', 'Always'].map((restartPolicy) =>
      space.pod({ ...shared, restartPolicy, initContainers: [step('bad', 'exit 1'), step('next')], containers }),
    ),
  );
  const failed = await space.podIs(never!, ({ status }) => expect(status?.phase).toBe('Failed'));
  expect(initialized(failed)).toBe('False');
  expect(failed.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('PodInitializing');
  const waiting = await space.podIs(
    always!,
    ({ status }) => expect(status?.initContainerStatuses?.[0]?.restartCount).toBeGreaterThanOrEqual(2),
    60,
  );
  expect(waiting.status?.phase).toBe('Pending');
  expect(waiting.status?.conditions?.find(({ type }) => type === 'Initialized')).toMatchObject({
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: 'containers with incomplete status: [bad next]',
  });
  expect(waiting.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('PodInitializing');
});

behaviour('a sidecar starts before the others, is probed, and ends after them', async (space) => {
  const pod = await space.pod({
    ...shared,
    restartPolicy: 'Never',
    initContainers: [
      {
        ...step('side', 'trap "echo side >> /all/order; exit 0" TERM; touch /all/up; sleep 600 & wait'),
        restartPolicy: 'Always',
        startupProbe: { exec: { command: ['cat', '/all/up'] }, periodSeconds: 1 },
      },
    ],
    containers: [step('main', 'ls /all; exit 0')],
  });
  await space.podIs(pod, ({ status }) => expect(status?.phase).toBe('Succeeded'));
  expect(await space.kubectl('logs', pod, '-c', 'main')).toContain('up');
});

behaviour('ephemeral containers are added to a running pod and stay', async (space) => {
  const pod = await space.pod({ containers: [{ run: 'sleep 600' }] });
  await space.ready(pod);
  const image = (await space.getPod(pod)).spec!.containers[0]!.image!;
  const add = (...names: string[]) => {
    const ephemeralContainers = names.map((name) => ({ name, image, command: ['sh', '-c', `echo from ${name}; sleep 600`] }));
    return space.kubectl('patch', 'pod', pod, '--subresource=ephemeralcontainers', '-p', JSON.stringify({ spec: { ephemeralContainers } }));
  };
  await add('one');
  await space.podIs(pod, ({ status }) => expect(status?.ephemeralContainerStatuses?.[0]?.state?.running).toBeDefined());
  await add('two');
  await space.podIs(pod, ({ status }) => expect(status?.ephemeralContainerStatuses?.filter(({ state }) => state?.running)).toHaveLength(2));
  await eventually(async () => expect(await space.kubectl('logs', pod, '-c', 'one')).toBe('from one\n'));
  const refused = await space.kubectl.try(
    'patch',
    'pod',
    pod,
    '-p',
    JSON.stringify({ spec: { ephemeralContainers: [{ name: 'three', image }] } }),
  );
  expect(refused.code).toBe(1);
});

behaviour('a pod past its active deadline fails; the deadline may be shortened', async (space) => {
  const pod = await space.pod({ activeDeadlineSeconds: 300, containers: [{ run: 'sleep 600' }] });
  await space.ready(pod);
  await space.kubectl('patch', 'pod', pod, '-p', '{"spec":{"activeDeadlineSeconds":2}}');
  await space.podIs(pod, ({ status }) => expect(status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' }), 40);
});

behaviour('a pod is deleted within its grace period, and is seen terminating', async (space) => {
  const pod = await space.pod({
    terminationGracePeriodSeconds: 30,
    containers: [{ run: 'trap "sleep 2; exit 0" TERM; sleep 600 & wait' }],
  });
  await space.ready(pod);
  await space.kubectl('delete', 'pod', pod, '--wait=false', '--grace-period=20');
  const { metadata } = await space.getPod(pod);
  expect(metadata.deletionGracePeriodSeconds).toBe(20);
  expect(metadata.generation).toBe(2);
  await space.kubectl('wait', `pod/${pod}`, '--for=delete', '--timeout=15s');
});

behaviour('pods have the class of service their resources say, and a generation', async (space) => {
  const resources = { cpu: '100m', memory: '16Mi' };
  const classes = [
    { class: 'Guaranteed', resources: { requests: resources, limits: resources } },
    { class: 'Burstable', resources: { requests: { cpu: '10m' } } },
    { class: 'BestEffort', resources: {} },
  ];
  for (const each of classes) {
    const pod = await space.pod({ containers: [{ run: 'sleep 600', resources: each.resources }] });
    const { status, metadata } = await space.getPod(pod);
    expect(status?.qosClass).toBe(each.class);
    expect(metadata.generation).toBe(1);
    await space.podIs(pod, (seen) => expect(seen.status?.observedGeneration).toBe(1));
    await space.kubectl('patch', 'pod', pod, '-p', JSON.stringify({ spec: { activeDeadlineSeconds: 900 } }));
    await space.podIs(pod, (seen) => expect([seen.metadata.generation, seen.status?.observedGeneration]).toEqual([2, 2]));
  }
});

behaviour('resources of a running container change in place', async (space) => {
  const resources = { requests: { cpu: '20m', memory: '32Mi' }, limits: { cpu: '40m', memory: '64Mi' } };
  const pod = await space.pod({ containers: [{ run: 'sleep 600', resources }] });
  await space.ready(pod);
  const next = { requests: { cpu: '30m', memory: '48Mi' }, limits: { cpu: '60m', memory: '96Mi' } };
  await space.kubectl(
    'patch',
    'pod',
    pod,
    '--subresource=resize',
    '-p',
    JSON.stringify({ spec: { containers: [{ name: 'main', resources: next }] } }),
  );
  await space.podIs(pod, (seen) => {
    expect(seen.status?.containerStatuses?.[0]?.resources).toEqual(next);
    expect(seen.status?.conditions?.filter(({ type }) => type.startsWith('PodResize'))).toEqual([]);
    expect(restarts(seen)).toBe(0);
  });
  expect(
    await space.exec(
      pod,
      'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes',
    ),
  ).toContain(String(96 * 1024 * 1024));
});
