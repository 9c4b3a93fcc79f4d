import { readFile } from 'node:fs/promises';
import { createServer, connect as dial, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClusterSummary } from '../../src/ipc/cluster.ts';
import { finish } from '../support/process.ts';
import { leftovers, type TestHome, testHome, uniqueName } from '../support/test-cluster.ts';

const CLI = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const ENGINE = '/var/run/docker.sock';
let home: TestHome;
let gate: Server | undefined;

beforeEach(async () => {
  home = await testHome();
});
afterEach(async () => {
  gate?.close();
  await home.remove();
});

/** A socket to the real engine that goes dead once a request matches: an engine that stops half way. */
async function engineThatStopsAt(request: RegExp): Promise<string> {
  const path = join(home.folder, 'docker.sock');
  let stopped = false;
  gate = createServer((client) => {
    if (stopped) return void client.destroy();
    const engine = dial(ENGINE);
    const end = () => [client, engine].forEach((socket) => void socket.destroy());
    client.on('data', (chunk) => {
      stopped ||= request.test(chunk.toString('latin1'));
      if (stopped) end();
      else engine.write(chunk);
    });
    engine.pipe(client);
    for (const socket of [client, engine]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => gate?.listen(path, resolve));
  return `unix://${path}`;
}

/** Name and state of each cluster; other users of this engine may have some. */
async function listed(): Promise<[string, string][]> {
  const clusters = JSON.parse(await home.slipway('cluster', 'list', '-o', 'json')) as ClusterSummary[];
  return clusters.map(({ name, state }) => [name, state]);
}

const slipwayOn = (engine: string, ...args: string[]) =>
  finish(process.execPath, [CLI, ...args], { env: { ...home.env, DOCKER_HOST: engine } });

test('no engine: one sentence with the remedy, and nothing is left', async () => {
  const { code, stderr } = await slipwayOn('unix:///nowhere/docker.sock', 'cluster', 'create', 'none');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^slipway: Docker Engine is not installed or not running\. .*try again\.$/m);
  expect((await listed()).map(([name]) => name)).not.toContain('none');
});

test('an engine that stops half way: the step is named, the log kept, and delete leaves nothing', async () => {
  const name = uniqueName('half');
  const { code, stderr } = await slipwayOn(await engineThatStopsAt(/^POST \/containers\/\w+\/start/), 'cluster', 'create', name);
  expect(code).toBe(1);
  expect(stderr).toMatch(/Starting the nodes failed: .*Docker Engine stopped while it was working/);
  const log = /Logs of the nodes: (\S+)/.exec(stderr)?.[1];
  expect(await readFile(log!, 'utf8')).toContain('Docker Engine stopped');

  expect(await listed()).toContainEqual([name, 'failed']);
  await home.slipway('cluster', 'delete', name);
  expect(await leftovers(name)).toEqual([]);
  expect(await listed()).not.toContainEqual([name, expect.anything()]);
});

test.each([
  { name: 'a bad name', args: ['Not_A_Name'], says: /name: Lower-case letters, digits and dashes/ },
  { name: 'an absurd count', args: ['ok', '--workers', '9999'], says: /workers: At most 20/ },
  { name: 'a count that is none', args: ['ok', '--workers', 'many'], says: /workers: .*number/ },
  { name: 'an absurd port', args: ['ok', '--api-port', '70000'], says: /apiPort: At most 65535/ },
])('$name is refused before anything is made', async ({ args, says }) => {
  const { code, stderr } = await home.trySlipway('cluster', 'create', ...args);
  expect(code).toBe(1);
  expect(stderr).toMatch(says);
  expect((await listed()).map(([name]) => name)).not.toContain(args[0]);
});
