import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { parseEncryptionConfig } from '../../../src/kubernetes/apiserver/encryption/encryption-config.ts';
import { SqliteStorage } from '../../../src/kubernetes/storage/sqlite/sqlite-storage.ts';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const SECRETS = '/api/v1/namespaces/default/secrets';
const HIDDEN = 'c29tZXRoaW5nIHRoYXQgbm9ib2R5IG1heSByZWFk';
const OPEN = 'something that everybody may read';

const key = (name: string, fill: number) => `{name: ${name}, secret: "${Buffer.alloc(32, fill).toString('base64')}"}`;

function configOf(...providers: string[]) {
  return parseEncryptionConfig(
    `{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration, resources: [{resources: [secrets], providers: [${providers.join(', ')}]}]}`,
  );
}

const ONE = `{aescbc: {keys: [${key('one', 1)}]}}`;
const TWO = `{aesgcm: {keys: [${key('two', 2)}]}}`;

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'encryption-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** One run of a server whose data stay; absent providers: encryption is off. */
async function run(folder: string, providers: string[], act: (server: TestApiServer) => Promise<void>): Promise<void> {
  const storage = await SqliteStorage.open(folder, systemClock);
  await using server = await startApiServer({ storage, config: providers.length > 0 ? { encryption: configOf(...providers) } : {} });
  await act(server);
}

async function onDisk(folder: string): Promise<string> {
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')));
  return files.join('\n');
}

const secret = { metadata: { name: 'hidden' }, data: { password: HIDDEN } };

test('secrets are on disk unreadable, other objects as before', async () => {
  const folder = await temporaryFolder();
  await run(folder, [ONE, '{identity: {}}'], async (server) => {
    expect((await server.call('POST', SECRETS, { body: secret })).code).toBe(201);
    await server.call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'open' }, data: { text: OPEN } } });
    expect((await server.call('GET', `${SECRETS}/hidden`)).body.data.password).toBe(HIDDEN);
  });
  const disk = await onDisk(folder);
  expect(disk).toContain(OPEN);
  expect(disk).not.toContain(HIDDEN);
  expect(disk).toContain('k8s:enc:aescbc:v1:one:');
});

test('keys are exchanged while everything stays readable', async () => {
  const folder = await temporaryFolder();
  let version = '';
  await run(folder, [], async (server) => {
    version = (await server.call('POST', SECRETS, { body: secret })).body.metadata.resourceVersion;
  });
  const rewrite = async (server: TestApiServer) => {
    const { body } = await server.call('GET', `${SECRETS}/hidden`);
    expect(body).toMatchObject({ data: { password: HIDDEN }, metadata: { resourceVersion: version } });
    const again = await server.call('PUT', `${SECRETS}/hidden`, { body });
    expect(again.code).toBe(200);
    const changed = again.body.metadata.resourceVersion !== version;
    version = again.body.metadata.resourceVersion;
    return changed;
  };
  await run(folder, [ONE, '{identity: {}}'], async (server) => {
    // A write that changes nothing writes all the same, once: that is how keys are exchanged.
    expect(await rewrite(server)).toBe(true);
    expect(await rewrite(server)).toBe(false);
  });
  await run(folder, [TWO, ONE], async (server) => {
    expect(await rewrite(server)).toBe(true);
  });
  await run(folder, [TWO], async (server) => {
    expect(await rewrite(server)).toBe(false);
  });
});

test('a server without the key does not start', async () => {
  const folder = await temporaryFolder();
  await run(folder, [ONE], async (server) => {
    await server.call('POST', SECRETS, { body: secret });
  });
  const storage = await SqliteStorage.open(folder, systemClock);
  onTestFinished(() => storage.close());
  await expect(startApiServer({ storage, config: { encryption: configOf(TWO) } })).rejects.toThrow(
    'decrypting /registry/secrets/default/hidden',
  );
});
