// Conformance: "Kubectl client Guestbook application should create and stop a working application", "Update Demo should create and stop
// a replication controller", "Update Demo should scale a replication controller", "ReplicaSet should serve a basic image on each
// replica", "ReplicationController should serve a basic image on each replica", "Conformance Tests should have at least two untainted
// nodes".
import { expect } from 'vitest';
import { apiBehaviour } from '../../support/api-behaviour.ts';
import { behaviour, type Space, templateOf } from '../../support/conformance-space.ts';
import { schedulableNodes } from '../../support/extended-resource.ts';
import { eventually } from '../../support/process.ts';

const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
const server = (run: string) => ({ run: `mkdir -p /www/cgi-bin; ${run}; exec httpd -f -p 8080 -h /www`, readinessProbe });
const script = (name: string, body: string) =>
  `printf '#!/bin/sh\\necho Content-Type: text/plain; echo\\n%s\\n' '${body}' > /www/cgi-bin/${name}; chmod +x /www/cgi-bin/${name}`;

const tier = (name: string, replicas: number, run: string) => {
  const labels = { app: 'guestbook', tier: name };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, labels }, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: { replicas, selector: { matchLabels: labels }, template: templateOf({ labels, containers: [server(run)] }) },
    },
  ];
};

behaviour('an application of several tiers is made, works and is stopped', async (space) => {
  const store = `${script('set', 'echo "$QUERY_STRING" > /tmp/entry; echo stored')}; ${script('get', 'cat /tmp/entry')}`;
  const front = ['set', 'get'].map((verb) => script(verb, `wget -qO- "http://primary/cgi-bin/${verb}?$QUERY_STRING"`)).join('; ');
  const manifest = { apiVersion: 'v1', kind: 'List', items: [...tier('primary', 1, store), ...tier('frontend', 2, front)] };
  await space.apply(...manifest.items);
  for (const name of ['primary', 'frontend']) await space.kubectl('rollout', 'status', `deployment/${name}`, '--timeout=90s');
  const ask = (path: string) =>
    space.kubectl('get', '--raw', `/api/v1/namespaces/${space.namespace}/services/frontend/proxy/cgi-bin/${path}`);
  await eventually(async () => expect((await ask('set?entry=TestEntry')).trim()).toBe('stored'), 60);
  for (let turn = 0; turn < 4; turn++) expect((await ask('get')).trim()).toBe('entry=TestEntry');
  await space.kubectl('delete', 'service,deployment', '-l', 'app=guestbook', '--grace-period=0');
  expect(await space.kubectl('get', 'deployments,services', '-l', 'app=guestbook', '-o', 'name')).toBe('');
  await eventually(async () => expect(await space.kubectl('get', 'pods', '-l', 'app=guestbook', '-o', 'name')).toBe(''));
});

const labels = { name: 'update-demo' };
const controllers = [
  { kind: 'ReplicationController', apiVersion: 'v1', selector: labels },
  { kind: 'ReplicaSet', apiVersion: 'apps/v1', selector: { matchLabels: labels } },
];
const say = server('hostname > /www/index.html');

/** Pods as `kubectl` prints them by a template, those that run alone. */
async function runningPods(space: Space): Promise<string[]> {
  const list = '{{range .items}}{{.metadata.name}} {{end}}';
  const names = (await space.kubectl('get', 'pods', '-l', 'name=update-demo', '-o', 'template', `--template=${list}`)).trim().split(' ');
  const state =
    '{{if (exists . "status" "containerStatuses")}}{{range .status.containerStatuses}}{{if .state.running}}true{{end}}{{end}}{{end}}';
  for (const name of names) expect(await space.kubectl('get', 'pod', name, '-o', 'template', `--template=${state}`)).toBe('true');
  return names;
}

for (const { kind, apiVersion, selector } of controllers)
  behaviour(`every pod of a ${kind} answers, however many there are, until it is stopped`, async (space) => {
    const template = templateOf({ labels, containers: [say] });
    await space.apply({ apiVersion, kind, metadata: { name: 'update-demo' }, spec: { replicas: 2, selector, template } });
    for (const replicas of [2, 1, 2]) {
      await space.kubectl('scale', kind, 'update-demo', `--replicas=${replicas}`);
      const names = await eventually(async () => {
        const running = await runningPods(space);
        expect(running).toHaveLength(replicas);
        return running;
      }, 90);
      for (const name of names) {
        const path = `/api/v1/namespaces/${space.namespace}/pods/${name}:8080/proxy/`;
        await eventually(async () => expect(await space.kubectl('get', '--raw', path)).toBe(`${name}\n`), 30);
      }
    }
    await space.kubectl('delete', kind, 'update-demo', '--grace-period=0', '--force');
    await eventually(async () => expect(await space.kubectl('get', kind, '-l', 'name=update-demo', '--no-headers')).toBe(''));
    const left = '{{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}}{{end}}{{end}}';
    await eventually(async () =>
      expect(await space.kubectl('get', 'pods', '-l', 'name=update-demo', '-o', 'go-template', `--template=${left}`)).toBe(''),
    );
  });

apiBehaviour('two nodes take pods without tolerations', async (space) => {
  expect((await schedulableNodes(space)).length).toBeGreaterThanOrEqual(2);
});
