import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import type { KeyPair } from '../config.ts';
import type { UserInfo } from '../request.ts';
import { createAuthority } from '../standalone/pki.ts';
import { clientCertificateAuthenticator } from './x509.ts';

const now = Date.now();

/** What the authenticator says of a client, on its first connection and on one that resumes the session. */
async function identify(
  client: KeyPair | undefined,
  trusted: string,
  version: 'TLSv1.2' | 'TLSv1.3',
  clock = new FakeClock(now),
): Promise<(UserInfo | undefined | string)[]> {
  const serving = await (await createAuthority('serving')).sign({ commonName: 's', hosts: ['localhost'] });
  const authenticator = clientCertificateAuthenticator([new X509Certificate(trusted)], clock);
  const answers: (UserInfo | undefined | string)[] = [];
  const server = createServer(
    { ...serving, ca: [trusted], requestCert: true, rejectUnauthorized: false, minVersion: version, maxVersion: version },
    async (socket: TLSSocket) => {
      try {
        answers.push(await authenticator.authenticate({ socket, headers: {}, path: '/', signal: new AbortController().signal }));
      } catch (error) {
        answers.push((error as Error).message);
      }
      socket.end(`${socket.isSessionReused()}`);
    },
  );
  server.listen(0);
  await once(server, 'listening');
  const options = { port: (server.address() as AddressInfo).port, rejectUnauthorized: false, ...client };
  const talk = async (session?: Buffer) => {
    const socket = connect({ ...options, ...(session ? { session } : {}) });
    const learned = once(socket, 'session');
    const [said] = await once(socket, 'data');
    const [next] = session ? [] : await learned;
    socket.end();
    return { said: String(said), session: next as Buffer };
  };
  const first = await talk();
  const second = await talk(first.session);
  expect([first.said, second.said]).toEqual(['false', 'true']);
  server.close();
  return answers;
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a resumed %s session is still the same user', async (version) => {
  const ca = await createAuthority('ca');
  const client = await ca.sign({ commonName: 'ann', organisations: ['dev', 'ops'] });
  const [first, resumed] = await identify(client, ca.cert, version);
  expect(first).toMatchObject({ username: 'ann', groups: ['dev', 'ops'] });
  expect(resumed).toEqual(first);
});

test('a certificate of another authority is refused', async () => {
  const [ca, other] = await Promise.all([createAuthority('ca'), createAuthority('ca')]);
  const client = await other.sign({ commonName: 'ann' });
  expect(await identify(client, ca.cert, 'TLSv1.3')).toEqual(Array(2).fill('x509: certificate signed by unknown authority'));
});

test("a server's certificate is no client's", async () => {
  const ca = await createAuthority('ca');
  const server = await ca.sign({ commonName: 'ann', hosts: ['localhost'] });
  expect((await identify(server, ca.cert, 'TLSv1.3'))[0]).toBe('x509: certificate specifies an incompatible key usage');
});

test('a certificate that has expired is refused', async () => {
  const ca = await createAuthority('ca');
  const later = new FakeClock(now + 20 * 365 * 24 * 3600 * 1000);
  expect((await identify(await ca.sign({ commonName: 'ann' }), ca.cert, 'TLSv1.3', later))[0]).toBe(
    'x509: certificate has expired or is not yet valid',
  );
});

test('without a certificate there is nothing to say', async () => {
  const ca = await createAuthority('ca');
  expect(await identify(undefined, ca.cert, 'TLSv1.3')).toEqual([undefined, undefined]);
});
