import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { mergeContext, removeContext, userKubeconfigPath } from './user-kubeconfig.ts';

const input = { name: 'slipway-dev', server: 'https://127.0.0.1:6443', ca: 'CA', client: { cert: 'CERT', key: 'KEY' } };
const theirs = `# my clusters
apiVersion: v1
kind: Config
clusters:
  - name: work # production!
    cluster: { server: https://work.example }
users: [{ name: me, user: { token: abc } }]
contexts:
  - { name: work, context: { cluster: work, user: me } }
current-context: work
`;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-kubeconfig-'));
  file = join(folder, 'config');
});
afterEach(() => rm(folder, { recursive: true }));

test('a missing file is created with the context as the current one', async () => {
  await mergeContext(file, input);
  const config = parse(await readFile(file, 'utf8'));
  expect(config['current-context']).toBe('slipway-dev');
  expect(config.clusters[0].cluster.server).toBe('https://127.0.0.1:6443');
});

test('merging and removing leaves other contexts and comments as they were', async () => {
  await writeFile(file, theirs);
  await mergeContext(file, input);
  await mergeContext(file, { ...input, server: 'https://127.0.0.1:7443' });
  const merged = parse(await readFile(file, 'utf8'));
  expect(merged.contexts.map((context: { name: string }) => context.name)).toEqual(['work', 'slipway-dev']);
  expect(merged.clusters[1].cluster.server).toBe('https://127.0.0.1:7443');
  await removeContext(file, 'slipway-dev');
  const text = await readFile(file, 'utf8');
  expect(text).toContain('# my clusters');
  expect(text).toContain('# production!');
  expect(parse(text)).toEqual({ ...parse(theirs), 'current-context': '' });
});

test('removing a context that is not there does not rewrite the file', async () => {
  await writeFile(file, theirs);
  await removeContext(file, 'slipway-other');
  expect(await readFile(file, 'utf8')).toBe(theirs);
});

test('a file that is not YAML is refused and kept', async () => {
  await writeFile(file, 'clusters: [');
  await expect(mergeContext(file, input)).rejects.toThrow(/left as it is/);
  expect(await readFile(file, 'utf8')).toBe('clusters: [');
});

test('the first path of KUBECONFIG is the one written', () => {
  expect(userKubeconfigPath({ KUBECONFIG: '/a/one:/b/two' })).toBe('/a/one');
});
