import { describe, expect, test } from 'vitest';
import { definitions } from '../../api/registry.ts';
import type { Storage, Write } from '../../storage/storage.ts';
import { encrypted } from './encrypted.ts';
import { parseEncryptionConfig } from './encryption-config.ts';

const SECRET = Buffer.alloc(32, 1).toString('base64');

const file = (resources: string) => `{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration, resources: [${resources}]}`;
const entry = (resources: string, key = 'one') =>
  `{resources: [${resources}], providers: [{secretbox: {keys: [{name: ${key}, secret: "${SECRET}"}]}}, {identity: {}}]}`;

describe('which resources are kept how', () => {
  /** The beginning of what reaches storage at a key. */
  async function storedAt(config: string, key: string): Promise<string> {
    const seen: Write[] = [];
    const inner = {
      async write(write: Write) {
        seen.push(write);
        return { done: true, revision: 1, createRevision: 1 };
      },
    } as unknown as Storage;
    await encrypted(inner, parseEncryptionConfig(file(config)), definitions).write({ key, expect: 0, value: Buffer.from('plain') });
    return seen[0]?.value?.toString('latin1', 0, 25) ?? '';
  }

  test.each([
    { name: 'named', config: entry('secrets'), key: '/registry/secrets/default/a', kept: /^k8s:enc:secretbox:v1:one:/ },
    { name: 'not named', config: entry('secrets'), key: '/registry/configmaps/default/a', kept: /^plain$/ },
    { name: 'of a group', config: entry('deployments.apps'), key: '/registry/deployments/default/a', kept: /^k8s:enc:/ },
    { name: 'a whole group', config: entry('"*.apps"'), key: '/registry/deployments/default/a', kept: /^k8s:enc:/ },
    { name: 'not of the group', config: entry('"*.apps"'), key: '/registry/secrets/default/a', kept: /^plain$/ },
    { name: 'the core group', config: entry('"*."'), key: '/registry/services/specs/default/a', kept: /^k8s:enc:/ },
    { name: 'everything', config: entry('"*.*"'), key: '/registry/minions/a', kept: /^k8s:enc:/ },
    { name: 'a custom resource', config: entry('widgets.example.com'), key: '/registry/example.com/widgets/default/a', kept: /^k8s:enc:/ },
    { name: 'the first entry', config: `${entry('secrets', 'a')}, ${entry('"*.*"', 'b')}`, key: '/registry/secrets/x/a', kept: /v1:a:/ },
  ])('$name', async ({ config, key, kept }) => {
    expect(await storedAt(config, key)).toMatch(kept);
  });
});

test.each([
  { name: 'a short secret', config: entry('secrets').replace(SECRET, btoa('short')), fault: 'got 5, expected one of [32]' },
  { name: 'no base64', config: entry('secrets').replace(SECRET, '!'), fault: 'base64' },
  { name: 'no resources', config: entry(''), fault: 'resources' },
  { name: 'two providers at once', config: '{resources: [a], providers: [{identity: {}, aescbc: {keys: []}}]}', fault: 'aescbc' },
  { name: 'an unknown provider', config: '{resources: [a], providers: [{rot13: {}}]}', fault: 'rot13' },
])('refused: $name', ({ config, fault }) => {
  const parse = () => parseEncryptionConfig(file(config));
  expect(parse).toThrow('reading the encryption configuration');
  try {
    parse();
  } catch (error) {
    expect(String((error as Error).cause)).toContain(fault);
  }
});
