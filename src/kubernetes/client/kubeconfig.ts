import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { ClientConfig, Credential } from './client-config.ts';

interface Kubeconfig {
  'current-context'?: string;
  clusters?: { name: string; cluster: ClusterEntry }[];
  users?: { name: string; user: UserEntry }[];
  contexts?: { name: string; context: { cluster: string; user: string; namespace?: string } }[];
}

interface ClusterEntry {
  server: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'tls-server-name'?: string;
  'insecure-skip-tls-verify'?: boolean;
}

interface UserEntry {
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  token?: string;
  tokenFile?: string;
}

/** The client configuration of a kubeconfig's context, the current one unless named. Takes a path or the text itself. */
export function loadKubeconfig(pathOrText: string, contextName?: string): ClientConfig {
  const isText = pathOrText.includes('\n') || pathOrText.trimStart().startsWith('{');
  const text = isText ? pathOrText : readFileSync(pathOrText, 'utf8');
  return clientConfigOf(parse(text) as Kubeconfig, isText ? process.cwd() : dirname(pathOrText), contextName);
}

function clientConfigOf(kubeconfig: Kubeconfig, directory: string, contextName?: string): ClientConfig {
  const wanted = contextName ?? kubeconfig['current-context'] ?? '';
  const context = kubeconfig.contexts?.find((entry) => entry.name === wanted)?.context;
  if (!context) throw new Error(`kubeconfig has no context "${wanted}"`);
  const cluster = kubeconfig.clusters?.find((entry) => entry.name === context.cluster)?.cluster;
  if (!cluster) throw new Error(`kubeconfig has no cluster "${context.cluster}"`);
  const user = kubeconfig.users?.find((entry) => entry.name === context.user)?.user ?? {};
  const credential = (data: string | undefined, file: string | undefined) => credentialOf(data, file, directory);

  return {
    server: cluster.server,
    certificateAuthority: credential(cluster['certificate-authority-data'], cluster['certificate-authority']),
    clientCertificate: credential(user['client-certificate-data'], user['client-certificate']),
    clientKey: credential(user['client-key-data'], user['client-key']),
    token: user.tokenFile ? { file: resolve(directory, user.tokenFile) } : user.token ? { text: user.token } : undefined,
    tlsServerName: cluster['tls-server-name'],
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'],
    namespace: context.namespace,
  };
}

function credentialOf(data: string | undefined, file: string | undefined, directory: string): Credential | undefined {
  if (data) return { text: Buffer.from(data, 'base64').toString('utf8') };
  return file ? { file: resolve(directory, file) } : undefined;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The configuration of a process in a pod: its service account's token and the `kubernetes` service. */
export function inClusterConfig(env: NodeJS.ProcessEnv = process.env, directory = SERVICE_ACCOUNT): ClientConfig {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  if (!host || !port) {
    throw new Error('not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be set');
  }
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    certificateAuthority: { file: `${directory}/ca.crt` },
    token: { file: `${directory}/token` },
    namespace: readFileSync(`${directory}/namespace`, 'utf8').trim(),
  };
}
