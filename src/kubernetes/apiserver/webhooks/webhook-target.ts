import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { whileDoing } from '../../../base/errors.ts';

/** Another server that is asked for a decision, and how we make ourselves known to it. */
export interface WebhookTarget {
  readonly url: string;
  readonly ca?: string;
  readonly servername?: string;
  readonly insecure?: boolean;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

const named = <T extends z.ZodType>(field: string, entry: T) => z.array(z.object({ name: z.string(), [field]: entry }));
const text = z.string().optional();
const clusterEntry = z.object({
  server: z.string(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'tls-server-name': text,
  'insecure-skip-tls-verify': z.boolean().optional(),
});
const userEntry = z.object({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
});
const kubeconfig = z.object({
  'current-context': z.string(),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: text }) })),
  clusters: named('cluster', clusterEntry),
  users: named('user', userEntry).nullish(),
});

/** Reads a webhook's address and credentials from a file in kubeconfig's form: the cluster is the other server, the user is us. */
export async function loadWebhookTarget(file: string): Promise<WebhookTarget> {
  try {
    const config = kubeconfig.parse(parse(await readFile(file, 'utf8')));
    const context = config.contexts.find(({ name }) => name === config['current-context'])?.context;
    if (!context) throw new Error(`there is no context "${config['current-context']}"`);
    const cluster = clusterEntry.parse(config.clusters.find(({ name }) => name === context.cluster)?.cluster);
    const user = userEntry.parse(config.users?.find(({ name }) => name === context.user)?.user ?? {});
    return await targetOf(cluster, user, dirname(file));
  } catch (error) {
    throw whileDoing(`reading the webhook configuration ${file}`, error);
  }
}

async function targetOf(cluster: z.infer<typeof clusterEntry>, user: z.infer<typeof userEntry>, directory: string): Promise<WebhookTarget> {
  const credential = async (name: string, data: string | undefined, path: string | undefined) => {
    if (data) return { [name]: Buffer.from(data, 'base64').toString('utf8') };
    return path ? { [name]: await readFile(resolve(directory, path), 'utf8') } : {};
  };
  return {
    url: cluster.server,
    ...(await credential('ca', cluster['certificate-authority-data'], cluster['certificate-authority'])),
    ...(await credential('cert', user['client-certificate-data'], user['client-certificate'])),
    ...(await credential('key', user['client-key-data'], user['client-key'])),
    ...(cluster['tls-server-name'] ? { servername: cluster['tls-server-name'] } : {}),
    ...(cluster['insecure-skip-tls-verify'] ? { insecure: true } : {}),
    ...(user.token ? { token: user.token } : {}),
  };
}
