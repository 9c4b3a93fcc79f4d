import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { crontabs, crontabVersion } from '../../support/crontab.ts';
import { type Kubectl, kubectlWith } from '../../support/kubectl.ts';

const NAME = 'crontabs.stable.example.com';

let server: TestApiServer;
let directory: string;
let kubectl: Kubectl;

beforeAll(async () => {
  server = await startApiServer();
  directory = await mkdtemp(join(tmpdir(), 'crd-'));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'a', cluster: { server: server.url, 'certificate-authority-data': Buffer.from(server.ca).toString('base64') } }],
    users: [{ name: 'a', user: { token: server.token } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    'current-context': 'a',
  };
  const file = join(directory, 'config');
  await writeFile(file, JSON.stringify(config));
  kubectl = kubectlWith({ ...process.env, KUBECONFIG: file, HOME: directory });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const manifest = (name: string, spec: object) =>
  JSON.stringify({ apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name }, spec });

test('apply, wait, get', async () => {
  const columns = [
    { name: 'Spec', type: 'string', jsonPath: '.spec.cronSpec' },
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
    { name: 'Image', type: 'string', jsonPath: '.spec.image', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ];
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.labelSelector' };
  const version = { additionalPrinterColumns: columns, subresources: { status: {}, scale } };
  expect(await kubectl.apply(JSON.stringify(crontabs({}, version)))).toContain('created');
  await kubectl('wait', '--for=condition=Established', `crd/${NAME}`, '--timeout=10s');
  expect(await kubectl.apply(manifest('mine', { cronSpec: '* * * * *', image: 'busy' }))).toContain(
    'crontab.stable.example.com/mine created',
  );
  const lines = (await kubectl('get', 'ct')).trim().split('\n');
  expect(lines[0]).toMatch(/^NAME\s+SPEC\s+REPLICAS\s+AGE$/);
  expect(lines[1]).toMatch(/^mine\s+\* \* \* \* \*\s+1\s+\d+s$/);
  expect(await kubectl('get', 'crontabs', '-o', 'wide')).toContain('busy');
  expect(await kubectl('get', 'all')).toContain('crontab.stable.example.com/mine');
  expect(await kubectl('api-resources', '--api-group=stable.example.com')).toMatch(
    /crontabs\s+ct\s+stable.example.com\/v1\s+true\s+CronTab/,
  );
});

test('explain knows the schema', async () => {
  const spec = await kubectl('explain', 'crontab.spec');
  expect(spec).toContain('What runs, and when.');
  expect(spec).toContain('When it runs.');
  expect(await kubectl('explain', 'ct')).toContain('A CronTab runs something again and again.');
});

test('apply refuses what the schema does not know, and what it forbids', async () => {
  const unknown = await kubectl.apply(manifest('odd', { cronSpecs: 'x' })).catch(String);
  expect(unknown).toContain('unknown field "spec.cronSpecs"');
  expect(await kubectl.apply(manifest('odd', { replicas: 100 })).catch(String)).toContain('spec.replicas: Invalid value: 100');
});

test('apply again, on either side; patch, scale, label, edit', async () => {
  expect(await kubectl.apply(manifest('mine', { cronSpec: '* * * * *', image: 'idle' }))).toContain('configured');
  expect(await kubectl.apply(manifest('mine', { cronSpec: '* * * * *', image: 'idle' }))).toContain('unchanged');
  expect(await kubectl.apply(manifest('mine', { image: 'server' }), '--server-side', '--force-conflicts')).toContain('serverside-applied');
  await kubectl('patch', 'ct', 'mine', '--type=merge', '-p', '{"spec":{"replicas":2}}');
  await kubectl('scale', 'ct/mine', '--replicas=7');
  await kubectl('label', 'ct', 'mine', 'a=b');
  const edited = await kubectlWith({ KUBECONFIG: join(directory, 'config'), HOME: directory, EDITOR: 'sed -i s/server/edited/' })(
    'edit',
    'ct',
    'mine',
  );
  expect(edited).toContain('edited');
  expect(await kubectl.json('get', 'ct', 'mine')).toMatchObject({
    metadata: { labels: { a: 'b' } },
    spec: { image: 'edited', replicas: 7 },
  });
  expect(await kubectl('get', 'ct', '-l', 'a=b', '-o', 'name')).toBe('crontab.stable.example.com/mine\n');
});

test('a second version', async () => {
  await kubectl(
    'patch',
    'crd',
    NAME,
    '--type=json',
    '-p',
    JSON.stringify([{ op: 'add', path: '/spec/versions/-', value: crontabVersion('v2') }]),
  );
  expect(await kubectl.json('get', 'crontabs.v2.stable.example.com', 'mine')).toMatchObject({ apiVersion: 'stable.example.com/v2' });
  expect(await kubectl('explain', 'crontab.spec', '--api-version=stable.example.com/v2')).toContain('When it runs.');
});

test('describe and delete', async () => {
  expect(await kubectl('describe', 'ct', 'mine')).toMatch(/Image:\s+edited/);
  expect(await kubectl('delete', 'ct', 'mine')).toContain('deleted');
  await kubectl.apply(manifest('other', {}));
  expect(await kubectl('delete', 'crd', NAME)).toContain('deleted');
  expect((await kubectl.try('get', 'crontabs')).code).not.toBe(0);
});
