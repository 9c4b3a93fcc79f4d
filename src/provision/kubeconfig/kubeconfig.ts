import { stringify } from 'yaml';
import type { KeyPair } from '../pki/authority.ts';

export interface KubeconfigInput {
  /** Name of the context, and of its cluster and user. */
  name: string;
  /** `https://host:port` */
  server: string;
  /** PEM of the cluster's authority. */
  ca: string;
  client: KeyPair;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The three entries of a context, ready to stand alone or to be merged into a user's file. */
export function contextEntries(input: KubeconfigInput) {
  return {
    cluster: { name: input.name, cluster: { 'certificate-authority-data': base64(input.ca), server: input.server } },
    user: {
      name: input.name,
      user: { 'client-certificate-data': base64(input.client.cert), 'client-key-data': base64(input.client.key) },
    },
    context: { name: input.name, context: { cluster: input.name, user: input.name } },
  };
}

/** A kubeconfig of one context, with everything inside. */
export function renderKubeconfig(input: KubeconfigInput): string {
  const { cluster, user, context } = contextEntries(input);
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [cluster],
    users: [user],
    contexts: [context],
    'current-context': input.name,
    preferences: {},
  });
}
