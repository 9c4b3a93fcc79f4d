import { request as httpsRequest } from 'node:https';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { ResourceDefinition } from '../../src/kubernetes/api/define.ts';
import { definitions } from '../../src/kubernetes/api/registry.ts';
import { ApiServer } from '../../src/kubernetes/apiserver/api-server.ts';
import type { ApiServerConfig, KeyPair } from '../../src/kubernetes/apiserver/config.ts';
import { createAuthority, createSigningKey, type Subject } from '../../src/kubernetes/apiserver/standalone/pki.ts';
import { SqliteStorage } from '../../src/kubernetes/storage/sqlite/sqlite-storage.ts';
import type { Storage } from '../../src/kubernetes/storage/storage.ts';

const TOKEN = 'test-admin';

/** An API server in this process, on a free port of loopback, that keeps nothing. */
export interface TestApiServer extends AsyncDisposable {
  readonly url: string;
  /** Of a member of system:masters. */
  readonly token: string;
  readonly ca: string;
  /** The key that signed it. */
  readonly caKey: string;
  readonly server: ApiServer;
  readonly storage: Storage;
  /** One request as the administrator; a body that is no string is sent as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** A certificate of the cluster's CA: a client's, or with hosts a server's. */
  sign(subject: Subject): Promise<KeyPair>;
  /** A certificate of the front proxy's CA. */
  signFrontProxy(subject: Subject): Promise<KeyPair>;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  /** Empty: no token. */
  token?: string;
  /** A client certificate; without one `token` is the administrator's unless given. */
  client?: KeyPair;
}

export interface Answer {
  code: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
  body: any;
}

export interface TestApiServerOptions {
  definitions?: readonly ResourceDefinition[];
  storage?: Storage;
  config?: Partial<ApiServerConfig>;
  clock?: Clock;
}

/** Keys take a while to make and do not differ between tests. */
const credentials = (async () => {
  const [ca, frontProxyCA] = await Promise.all([createAuthority('test-ca'), createAuthority('test-front-proxy-ca')]);
  const serving = await ca.sign({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost'] });
  const kubeletClient = await ca.sign({ commonName: 'kube-apiserver-kubelet-client', organisations: ['system:masters'] });
  const frontProxy = await frontProxyCA.sign({ commonName: 'front-proxy-client' });
  return { authority: ca, frontProxyCA, ca: ca.cert, caKey: ca.key, serving, kubeletClient, frontProxy, signing: await createSigningKey() };
})();

export async function startApiServer(options: TestApiServerOptions = {}): Promise<TestApiServer> {
  const { authority, frontProxyCA, ca, caKey, serving, kubeletClient, frontProxy, signing } = await credentials;
  const { clock = systemClock } = options;
  const storage = options.storage ?? (await SqliteStorage.open(':memory:', clock));
  const config: ApiServerConfig = {
    bindAddress: '127.0.0.1',
    securePort: 0,
    advertiseAddress: '192.0.2.1',
    dataDir: ':memory:',
    serving,
    clientCA: ca,
    anonymousAuth: true,
    authorizationModes: ['Node', 'RBAC'],
    staticTokens: new Map([[TOKEN, { username: 'admin', uid: 'admin', groups: ['system:masters'] }]]),
    serviceAccounts: {
      issuer: 'https://kubernetes.default.svc',
      audiences: ['https://kubernetes.default.svc'],
      signingKey: signing.privateKey,
      verificationKeys: [signing.publicKey],
    },
    serviceClusterIPRange: '10.96.0.0/16',
    serviceNodePortRange: { from: 30000, to: 32767 },
    kubelet: { client: kubeletClient, ca },
    frontProxy: {
      client: frontProxy,
      requestHeaderCA: frontProxyCA.cert,
      allowedNames: ['front-proxy-client'],
      usernameHeaders: ['X-Remote-User'],
      groupHeaders: ['X-Remote-Group'],
      extraHeaderPrefixes: ['X-Remote-Extra-'],
    },
    enableAdmissionPlugins: [],
    disableAdmissionPlugins: [],
    eventTTLSeconds: 3600,
    requestTimeoutSeconds: 60,
    minRequestTimeoutSeconds: 1800,
    maxRequestBodyBytes: 3 * 1024 * 1024,
    maxRequestsInFlight: 600,
    ...options.config,
  };
  const server = await ApiServer.start({ config, definitions: options.definitions ?? definitions, storage, clock, log: silentLog });
  return {
    url: `https://127.0.0.1:${server.port}`,
    token: TOKEN,
    ca,
    caKey,
    server,
    storage,
    call: (method, path, call) => callServer(server.port, ca, method, path, { token: call?.client ? '' : TOKEN, ...call }),
    sign: (subject) => authority.sign(subject),
    signFrontProxy: (subject) => frontProxyCA.sign(subject),
    async [Symbol.asyncDispose]() {
      await server.close();
      await storage.close();
    },
  };
}

function callServer(
  port: number,
  ca: string,
  method: string,
  path: string,
  { body, headers = {}, token, client }: CallOptions,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const length: Record<string, string> =
    text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const request = httpsRequest(
    {
      host: '127.0.0.1',
      port,
      ca,
      method,
      path,
      headers: { 'user-agent': 'oracle/1', ...authorization, ...length, ...headers },
      ...client,
    },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        resolve({ code: response.statusCode ?? 0, headers: response.headers, text: answer, body: jsonOf(answer) });
      });
    },
  );
  request.on('error', reject);
  request.end(text);
  return promise;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
