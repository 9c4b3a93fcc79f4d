import { describe, expect, test } from 'vitest';
import { aesCbc, aesGcm } from './aes.ts';
import type { CipherKey } from './cipher.ts';
import { secretbox } from './secretbox.ts';
import { PLAIN, ValueTransformer } from './value-transformer.ts';

const PLACE = '/registry/secrets/default/a';
const TEXT = Buffer.from('the plain text');

const key = (name: string, fill: number, length = 32): CipherKey => ({ name, secret: Buffer.alloc(length, fill) });

describe.each([
  { cipher: 'aesgcm', make: aesGcm },
  { cipher: 'aescbc', make: aesCbc },
  { cipher: 'secretbox', make: secretbox },
])('$cipher', ({ cipher, make }) => {
  const [first, second] = [make(key('one', 1)), make(key('two', 2))];
  const alone = new ValueTransformer([first]);

  test('comes back as it was, and looks like nothing in between', () => {
    const stored = alone.write(TEXT, PLACE);
    expect(stored.subarray(0, 24).toString()).toContain(`k8s:enc:${cipher}:v1:one:`.slice(0, 24));
    expect(stored.includes(TEXT)).toBe(false);
    expect(alone.read(stored, PLACE)).toEqual({ plain: TEXT, stale: false });
    expect(alone.write(TEXT, PLACE)).not.toEqual(stored);
  });

  test('what another key wrote is read, and is stale', () => {
    expect(new ValueTransformer([second, first]).read(alone.write(TEXT, PLACE), PLACE)).toEqual({ plain: TEXT, stale: true });
  });

  test('a key that is not there reads nothing', () => {
    expect(() => new ValueTransformer([second, PLAIN]).read(alone.write(TEXT, PLACE), PLACE)).toThrow('no matching prefix found');
  });

  test('plain values are read where identity is allowed', () => {
    expect(new ValueTransformer([first, PLAIN]).read(TEXT, PLACE)).toEqual({ plain: TEXT, stale: true });
    expect(() => alone.read(TEXT, PLACE)).toThrow('no matching prefix found');
  });
});

test.each([
  { cipher: 'aesgcm', make: aesGcm },
  { cipher: 'secretbox', make: secretbox },
])('$cipher notices a changed bit', ({ make }) => {
  const transformer = new ValueTransformer([make(key('one', 1))]);
  const stored = transformer.write(TEXT, PLACE);
  stored.writeUInt8(stored.readUInt8(stored.length - 20) ^ 1, stored.length - 20);
  expect(() => transformer.read(stored, PLACE)).toThrow();
});

test('aesgcm binds a value to its place', () => {
  const transformer = new ValueTransformer([aesGcm(key('one', 1))]);
  expect(() => transformer.read(transformer.write(TEXT, PLACE), '/registry/secrets/default/b')).toThrow();
});

test.each([16, 24, 32])('AES with %i bytes', (length) => {
  for (const make of [aesGcm, aesCbc]) {
    const transformer = new ValueTransformer([make(key('one', 1, length))]);
    expect(transformer.read(transformer.write(TEXT, PLACE), PLACE).plain).toEqual(TEXT);
  }
});
