import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, createSigningKey } from './pki.ts';

/** The files of a server that has nobody to give it any: made at the first start, kept for the next. */
export interface StandaloneFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly frontProxyCA: string;
  readonly frontProxyCert: string;
  readonly frontProxyKey: string;
  readonly adminToken: string;
}

const HOSTS = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  '127.0.0.1',
  '10.96.0.1',
];

/** Makes what is missing below `directory` and reads it all. */
export async function standaloneFiles(directory: string): Promise<StandaloneFiles> {
  await mkdir(join(directory, 'pki'), { recursive: true, mode: 0o700 });
  if (!existsSync(join(directory, 'pki', 'sa.pub'))) await createFiles(directory);
  const read = (name: string) => readFile(join(directory, 'pki', name), 'utf8');
  const [ca, cert, key, serviceAccountKey, serviceAccountPublicKey, frontProxyCA, frontProxyCert, frontProxyKey, adminToken] =
    await Promise.all([
      read('ca.crt'),
      read('apiserver.crt'),
      read('apiserver.key'),
      read('sa.key'),
      read('sa.pub'),
      read('front-proxy-ca.crt'),
      read('front-proxy-client.crt'),
      read('front-proxy-client.key'),
      readFile(join(directory, 'admin.token'), 'utf8'),
    ]);
  return {
    ca,
    cert,
    key,
    serviceAccountKey,
    serviceAccountPublicKey,
    frontProxyCA,
    frontProxyCert,
    frontProxyKey,
    adminToken: adminToken.trim(),
  };
}

async function createFiles(directory: string): Promise<void> {
  const write = (name: string, text: string) => writeFile(join(directory, name), text, { mode: 0o600 });
  const [ca, frontProxyCA, signing] = await Promise.all([
    createAuthority('slipway-ca'),
    createAuthority('slipway-front-proxy-ca'),
    createSigningKey(),
  ]);
  const [server, frontProxy] = await Promise.all([
    ca.sign({ commonName: 'kube-apiserver', hosts: HOSTS }),
    frontProxyCA.sign({ commonName: 'front-proxy-client' }),
  ]);
  await Promise.all([
    write('pki/ca.crt', ca.cert),
    write('pki/ca.key', ca.key),
    write('pki/apiserver.crt', server.cert),
    write('pki/apiserver.key', server.key),
    write('pki/front-proxy-ca.crt', frontProxyCA.cert),
    write('pki/front-proxy-client.crt', frontProxy.cert),
    write('pki/front-proxy-client.key', frontProxy.key),
    write('pki/sa.key', signing.privateKey),
    write('admin.token', randomBytes(24).toString('base64url')),
  ]);
  // Last, so that its presence says that all of them are there.
  await write('pki/sa.pub', signing.publicKey);
}

/** `admin.kubeconfig`: the administrator's way in, for kubectl. */
export async function writeAdminKubeconfig(directory: string, files: StandaloneFiles, server: string): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'standalone', cluster: { server, 'certificate-authority-data': Buffer.from(files.ca).toString('base64') } }],
    users: [{ name: 'admin', user: { token: files.adminToken } }],
    contexts: [{ name: 'standalone', context: { cluster: 'standalone', user: 'admin' } }],
    'current-context': 'standalone',
  };
  // JSON is YAML.
  await writeFile(join(directory, 'admin.kubeconfig'), `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
}
