// Conformance: "Pods should support retrieving logs from the container over websockets", "... should support remote command
// execution over websockets".
import { once } from 'node:events';
import { expect } from 'vitest';
import type { WebSocket } from 'ws';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

async function running(space: ApiSpace): Promise<string> {
  const command = ['sh', '-c', 'echo container is alive; sleep 600'];
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: IMAGE, command }] };
  await space.create(space.core('pods'), { metadata: { name: 'pod' }, spec });
  const path = space.core('pods', 'pod');
  await eventually(async () => expect((await space.get(path)).status.containerStatuses?.[0].ready).toBe(true), 60);
  return path;
}

/** All messages until the server closes; those that say nothing but their channel are left out. */
async function messages(socket: WebSocket, least: number): Promise<Buffer[]> {
  const seen: Buffer[] = [];
  socket.on('message', (data) => {
    const message = data as Buffer;
    if (message.length > least) seen.push(message);
  });
  await once(socket, 'close');
  return seen;
}

apiBehaviour('logs are read over a WebSocket', async (space) => {
  const path = await running(space);
  await eventually(async () => {
    const socket = space.webSocket(`${path}/log?container=main`, ['binary.k8s.io']);
    expect(Buffer.concat(await messages(socket, 0)).toString()).toBe('container is alive\n');
    expect(socket.protocol).toBe('binary.k8s.io');
  }, 20);
});

// The first protocol there was, which has no channel for how the command ended, and those of today.
for (const protocol of ['channel.k8s.io', 'v4.channel.k8s.io', 'v5.channel.k8s.io']) {
  apiBehaviour(`a command is run over a WebSocket: ${protocol}`, async (space) => {
    const path = await running(space);
    const command = ['sh', '-c', 'echo remote execution test'].map((part) => `command=${encodeURIComponent(part)}`).join('&');
    const socket = space.webSocket(`${path}/exec?stderr=1&stdout=1&container=main&${command}`, [protocol]);
    const seen = await messages(socket, 1);
    const of = (channel: number) => Buffer.concat(seen.filter((each) => each[0] === channel).map((each) => each.subarray(1))).toString();
    expect(socket.protocol).toBe(protocol);
    expect(of(1)).toBe('remote execution test\n');
    expect(of(2)).toBe('');
    if (protocol !== 'channel.k8s.io') expect(JSON.parse(of(3))).toMatchObject({ status: 'Success' });
  });
}
