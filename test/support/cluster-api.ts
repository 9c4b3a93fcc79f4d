import { Agent, type RequestOptions, request } from 'node:https';
import { WebSocket } from 'ws';
import { ClusterWatch } from './cluster-watch.ts';
import { conformanceKubeconfig } from './conformance-cluster.ts';
import { kubectlWith } from './kubectl.ts';

/** What the cluster said, whatever it was. */
export interface Answer {
  code: number;
  text: string;
  /** The body as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
  body: any;
}

export interface Asking {
  /** Text is sent as it is, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
export type Anything = any;

const PATCHES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/**
 * Plain requests to the cluster under test, with the credentials of its kubeconfig: no generated client knows better than
 * the server what an object looks like. Every verb but `ask` must succeed, and returns the body.
 */
export interface ClusterApi {
  ask(method: string, path: string, asking?: Asking): Promise<Answer>;
  get(path: string): Promise<Anything>;
  create(path: string, body: object): Promise<Anything>;
  replace(path: string, body: object): Promise<Anything>;
  patch(kind: keyof typeof PATCHES, path: string, body: unknown): Promise<Anything>;
  delete(path: string, options?: object): Promise<Anything>;
  /** Resolves with the status of a request that has to fail. */
  refused(method: string, path: string, body?: unknown): Promise<Anything>;
  /** Reads, changes and writes, as often as somebody else writes in between. */
  update(path: string, change: (object: Anything) => void, subresource?: string): Promise<Anything>;
  /** Open once the server has answered; closed by whoever opens it. */
  watch(path: string): Promise<ClusterWatch>;
  /** A WebSocket that is being opened. */
  webSocket(path: string, protocols: string[]): WebSocket;
}

let made: Promise<ClusterApi> | undefined;

export function clusterApi(): Promise<ClusterApi> {
  made ??= connect();
  return made;
}

async function connect(): Promise<ClusterApi> {
  const { server, credentials } = await readKubeconfig(await conformanceKubeconfig());
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  return over((method, path, asking) => askServer({ ...credentials, agent }, new URL(path, server), method, asking), {
    watch: (path) => ClusterWatch.open(credentials, new URL(path, server)),
    webSocket: (path, protocols) =>
      new WebSocket(new URL(path, server), protocols, { ...credentials, headers: { ...credentials.headers } }),
  });
}

/** The current context of a kubeconfig, as kubectl understands it. */
async function readKubeconfig(file: string): Promise<{ server: string; credentials: RequestOptions }> {
  const view = await kubectlWith({ KUBECONFIG: file }).json<Anything>('config', 'view', '--minify', '--raw', '--flatten');
  const { cluster } = view.clusters[0];
  const { user } = view.users[0];
  const pem = (data?: string) => (data ? Buffer.from(data, 'base64') : undefined);
  return {
    server: cluster.server,
    credentials: {
      ca: pem(cluster['certificate-authority-data']),
      cert: pem(user['client-certificate-data']),
      key: pem(user['client-key-data']),
      rejectUnauthorized: !cluster['insecure-skip-tls-verify'],
      headers: user.token ? { authorization: `Bearer ${user.token}` } : {},
    },
  };
}

function over(ask: ClusterApi['ask'], streams: Pick<ClusterApi, 'watch' | 'webSocket'>): ClusterApi {
  const must = async (method: string, path: string, asking?: Asking) => {
    const { code, body, text } = await ask(method, path, asking);
    if (code >= 300) throw new Error(`${method} ${path}: ${code} ${body?.message ?? text}`);
    return body;
  };
  const replace: ClusterApi['replace'] = (path, body) => must('PUT', path, { body });
  return {
    ...streams,
    ask,
    replace,
    get: (path) => must('GET', path),
    create: (path, body) => must('POST', path, { body }),
    patch: (kind, path, body) => must('PATCH', path, { body, headers: { 'content-type': PATCHES[kind] } }),
    delete: (path, body) => must('DELETE', path, { body }),
    refused: async (method, path, body) => {
      const answer = await ask(method, path, { body });
      if (answer.code < 400) throw new Error(`${method} ${path} was not refused: ${answer.text}`);
      return answer.body;
    },
    update: async (path, change, subresource = '') => {
      for (;;) {
        const object = await must('GET', path);
        change(object);
        const { code, body } = await ask('PUT', path + subresource, { body: object });
        if (code < 300) return body;
        if (code !== 409) throw new Error(`PUT ${path}${subresource}: ${code} ${body?.message}`);
      }
    },
  };
}

function askServer(options: RequestOptions, url: URL, method: string, { body, headers }: Asking = {}): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const sent = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, method, headers: { ...options.headers, ...sent, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        resolve({ code: response.statusCode ?? 0, text: answer, body: jsonOf(answer) });
      });
    });
    asked.on('error', reject);
    asked.end(text);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
