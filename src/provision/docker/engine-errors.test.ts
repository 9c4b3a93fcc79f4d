import { expect, test } from 'vitest';
import { engineProblem, explain } from './engine-errors.ts';

const answered = (message: string) => Object.assign(new Error(`(HTTP code 500) ${message}`), { statusCode: 500, json: { message } });
const refused = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

test.each([
  {
    name: 'a full disk',
    error: answered('write /var/lib/docker/tmp/x: no space left on device'),
    says: /^creating node dev-worker: the disk of Docker Engine is full\./,
  },
  {
    name: 'a port taken by another container',
    error: answered('driver failed programming external connectivity: Bind for 127.0.0.1:26443 failed: port is already allocated'),
    says: /port 26443 on 127\.0\.0\.1 is already in use/,
  },
  {
    name: 'a port taken by another program',
    error: answered('Error starting userland proxy: listen tcp4 127.0.0.1:26443: bind: address already in use'),
    says: /port 26443 on 127\.0\.0\.1 is already in use/,
  },
  { name: 'an engine that went away', error: refused('ECONNRESET'), says: /Docker Engine stopped while it was working/ },
  {
    name: 'anything else, in the words of the engine',
    error: answered('invalid mount config'),
    says: /^creating node dev-worker: invalid mount config$/,
  },
])('$name', ({ error, says }) => {
  expect(explain('creating node dev-worker', error).message).toMatch(says);
});

test.each([
  { code: 'ENOENT', problem: 'Docker Engine is not installed or not running.' },
  { code: 'ECONNREFUSED', problem: 'Docker Engine is not running.' },
  { code: 'EACCES', problem: 'This user may not talk to Docker Engine.' },
])('$code is told with a remedy', ({ code, problem }) => {
  expect(engineProblem(refused(code))).toMatchObject({ available: false, problem, remedy: expect.stringMatching(/\w/) });
});
