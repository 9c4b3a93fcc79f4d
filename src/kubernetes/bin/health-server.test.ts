import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { silentLog } from '../../base/log.ts';
import { serveHealth } from './health-server.ts';

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answerAt(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false }, (answer) => {
      answer.setEncoding('utf8').on('data', (text) => resolve(`${answer.statusCode} ${text}`));
    });
    asked.on('error', reject).end();
  });
}

test('a process says that it is well', async () => {
  const port = await freePort();
  using _health = await serveHealth([port], silentLog);
  expect(await answerAt(port, '/healthz')).toBe('200 ok');
  expect(await answerAt(port, '/other')).toBe('404 404 page not found\n');
});

test('a port that is taken stops nobody', async () => {
  const port = await freePort();
  using _first = await serveHealth([port], silentLog);
  await answerAt(port, '/livez');
  using _second = await serveHealth([port], silentLog);
  expect(await answerAt(port, '/readyz?verbose')).toBe('200 ok');
});
