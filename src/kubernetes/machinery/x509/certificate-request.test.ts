import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { expect, test } from 'vitest';
import { CertificateRequestError, parseCertificateRequest } from './certificate-request.ts';
import { pemBlocks } from './pem.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function request(name: string, names: x509.JsonGeneralName[] = []): Promise<string> {
  const keys = (await webcrypto.subtle.generateKey(EC, false, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const extensions = names.length ? [new x509.SubjectAlternativeNameExtension(names)] : [];
  return (await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: EC, extensions })).toString('pem');
}

test('who asks', async () => {
  const { subject, names } = parseCertificateRequest(await request('CN=jäne, O=developers, O=system:masters, OU=x'));
  expect(subject).toEqual({ commonName: 'jäne', organizations: ['developers', 'system:masters'] });
  expect(names).toEqual({ dns: [], emails: [], uris: [], ips: [] });
});

test('alternative names', async () => {
  const { names } = parseCertificateRequest(
    await request('CN=n', [
      { type: 'dns', value: 'a.example' },
      { type: 'ip', value: '10.0.0.1' },
      { type: 'email', value: 'a@b.example' },
      { type: 'url', value: 'https://c.example/' },
    ]),
  );
  expect(names).toMatchObject({ dns: ['a.example'], emails: ['a@b.example'], uris: ['https://c.example/'] });
  expect([...(names.ips[0] ?? [])]).toEqual([10, 0, 0, 1]);
});

test.each([
  ['', 'PEM block type must be CERTIFICATE REQUEST'],
  ['nonsense', 'PEM block type must be CERTIFICATE REQUEST'],
  ['-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----', 'PEM block type must be CERTIFICATE REQUEST'],
  ['-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----', 'asn1: syntax error: data truncated'],
  ['-----BEGIN CERTIFICATE REQUEST-----\nMQA=\n-----END CERTIFICATE REQUEST-----', "asn1: structure error: tags don't match"],
])('%j is no request', (text, message) => {
  expect(() => parseCertificateRequest(text)).toThrow(new CertificateRequestError(message));
});

test('blocks of a PEM text', () => {
  const text = 'above\n-----BEGIN A-----\nAAEC\n-----END A-----\n-----BEGIN B-----\nProc-Type: 4\n\nAw==\n-----END B-----\nbelow';
  expect([...pemBlocks(text)].map(({ type, hasHeaders, bytes }) => [type, hasHeaders, ...bytes])).toEqual([
    ['A', false, 0, 1, 2],
    ['B', true, 3],
  ]);
});
