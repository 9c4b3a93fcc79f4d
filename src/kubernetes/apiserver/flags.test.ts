import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { listOf, numberOf, parseFlags, secondsOf } from './flags.ts';
import { loadConfig, parseTokens } from './load-config.ts';

test("flags are known by kube-apiserver's names", () => {
  expect(parseFlags(['--secure-port=6443', '--authorization-mode', 'Node,RBAC'])).toMatchObject({
    'secure-port': '6443',
    'authorization-mode': ['Node,RBAC'],
  });
  expect(() => parseFlags(['--no-such-flag'])).toThrow(/no-such-flag/);
});

test('lists may be repeated and hold commas', () => {
  expect(listOf(['a,b', 'c', ''])).toEqual(['a', 'b', 'c']);
  expect(listOf(undefined)).toEqual([]);
});

test.each([
  { text: '1h', seconds: 3600 },
  { text: '1m30s', seconds: 90 },
  { text: '500ms', seconds: 0.5 },
  { text: undefined, seconds: 7 },
])('$text', ({ text, seconds }) => {
  expect(secondsOf(text, 7)).toBe(seconds);
});

test('what is no duration or number is refused by name', () => {
  expect(() => secondsOf('soon', 1)).toThrow('invalid duration "soon"');
  expect(() => numberOf('secure-port', '99999', 1, [0, 65535])).toThrow(
    '--secure-port must be a whole number from 0 to 65535, not "99999"',
  );
});

test('token files', () => {
  expect(parseTokens('t1,alice,1,"dev,ops"\nt2,bob,2\n\n')).toEqual(
    new Map([
      ['t1', { username: 'alice', uid: '1', groups: ['dev', 'ops'] }],
      ['t2', { username: 'bob', uid: '2', groups: [] }],
    ]),
  );
});

test('etcd servers must be URLs', async () => {
  const config = loadConfig(
    parseFlags([
      '--data-dir',
      tmpdir(),
      '--tls-cert-file',
      '/dev/null',
      '--service-account-signing-key-file',
      '/dev/null',
      '--etcd-servers',
      'etcd:2379',
    ]),
  );
  await expect(config).rejects.toThrow('--etcd-servers must be a list of URLs like https://127.0.0.1:2379, not "etcd:2379"');
});
