import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { MASTERS_GROUP } from './authentication/identities.ts';
import type { ApiServerConfig, KeyPair } from './config.ts';
import { type Flags, listOf, numberOf, secondsOf } from './flags.ts';
import { securityConfig } from './load-security.ts';
import type { UserInfo } from './request.ts';
import { standaloneFiles, writeAdminKubeconfig } from './standalone/standalone.ts';

const DEFAULT_ISSUER = 'https://kubernetes.default.svc.cluster.local';
const PORTS = [0, 65535] as const;
/** From this `--v` on every request is logged, as kube-apiserver does. */
const VERBOSE = 3;

/** Reads the files that flags name. With only --data-dir and --port the server makes its own. */
export async function loadConfig(flags: Flags): Promise<ApiServerConfig> {
  if (!flags['data-dir']) throw new Error('--data-dir is required');
  const security = await securityConfig(flags, [issuerOf(flags).issuer]);
  return { ...(flags['tls-cert-file'] ? await clusterConfig(flags) : await standaloneConfig(flags)), ...security };
}

async function clusterConfig(flags: Flags): Promise<ApiServerConfig> {
  const signingKey = await file(flags['service-account-signing-key-file'], 'service-account-signing-key-file');
  const clientCA = await optionalFile(flags['client-ca-file']);
  return {
    ...common(flags),
    ...(await etcdConfig(flags)),
    serving: await keyPair(flags['tls-cert-file'], flags['tls-private-key-file'], 'tls-cert-file'),
    ...(clientCA === undefined ? {} : { clientCA }),
    staticTokens: parseTokens((await optionalFile(flags['token-auth-file'])) ?? ''),
    serviceAccounts: {
      ...issuerOf(flags),
      signingKey,
      verificationKeys: flags['service-account-key-file']
        ? await Promise.all(flags['service-account-key-file'].map((path) => readFile(path, 'utf8')))
        : [signingKey],
    },
    kubelet: await kubeletConfig(flags),
    frontProxy: await frontProxyConfig(flags),
  };
}

async function standaloneConfig(flags: Flags): Promise<ApiServerConfig> {
  const directory = flags['data-dir'] as string;
  const files = await standaloneFiles(directory);
  const config: ApiServerConfig = {
    ...common({ 'bind-address': '127.0.0.1', ...flags }),
    ...(await etcdConfig(flags)),
    serving: { cert: files.cert, key: files.key },
    clientCA: files.ca,
    staticTokens: new Map([[files.adminToken, { username: 'admin', uid: 'admin', groups: [MASTERS_GROUP] }]]),
    serviceAccounts: { ...issuerOf(flags), signingKey: files.serviceAccountKey, verificationKeys: [files.serviceAccountPublicKey] },
    kubelet: await kubeletConfig(flags),
    frontProxy: {
      ...frontProxyHeaders(flags),
      client: { cert: files.frontProxyCert, key: files.frontProxyKey },
      requestHeaderCA: files.frontProxyCA,
    },
  };
  await writeAdminKubeconfig(directory, files, `https://127.0.0.1:${config.securePort}`);
  return config;
}

/** An address of this machine that is not loopback, which endpoints may not be; on a machine without any, a documentation address. */
function outsideAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '192.0.2.1';
}

/** As in `/flagz`: values as text, repeated ones with commas between. */
function shownFlags(flags: Flags): Record<string, string> {
  return Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, String(value)]));
}

async function etcdConfig(flags: Flags): Promise<Pick<ApiServerConfig, 'etcd'>> {
  const servers = listOf(flags['etcd-servers']);
  if (servers.length === 0) return {};
  if (flags['etcd-prefix'] !== undefined && flags['etcd-prefix'] !== '/registry') throw new Error('--etcd-prefix can only be /registry');
  const invalid = servers.find((server) => !/^https?:$/.test(URL.parse(server)?.protocol ?? ''));
  if (invalid !== undefined) throw new Error(`--etcd-servers must be a list of URLs like https://127.0.0.1:2379, not "${invalid}"`);
  const ca = await optionalFile(flags['etcd-cafile']);
  const client = flags['etcd-certfile'] ? await keyPair(flags['etcd-certfile'], flags['etcd-keyfile'], 'etcd-certfile') : undefined;
  return { etcd: { servers, ...(ca === undefined ? {} : { ca }), ...(client ? { client } : {}) } };
}

type Common = Omit<ApiServerConfig, 'etcd' | 'serving' | 'clientCA' | 'staticTokens' | 'serviceAccounts' | 'kubelet' | 'frontProxy'>;

function common(flags: Flags): Common {
  return {
    bindAddress: flags['bind-address'] ?? '0.0.0.0',
    securePort: numberOf('secure-port', flags['secure-port'] ?? flags.port, 6443, PORTS),
    advertiseAddress: flags['advertise-address'] ?? outsideAddress(),
    dataDir: flags['data-dir'] as string,
    flags: shownFlags(flags),
    anonymousAuth: flags['anonymous-auth'] !== 'false',
    authorizationModes: flags['authorization-mode'] ? listOf(flags['authorization-mode']) : ['Node', 'RBAC'],
    serviceClusterIPRange: flags['service-cluster-ip-range'] ?? '10.96.0.0/16',
    serviceNodePortRange: portRange(flags['service-node-port-range'] ?? '30000-32767'),
    enableAdmissionPlugins: listOf(flags['enable-admission-plugins']),
    disableAdmissionPlugins: listOf(flags['disable-admission-plugins']),
    ...(flags['openapi-descriptions'] ? { openApiDescriptions: flags['openapi-descriptions'] } : {}),
    eventTTLSeconds: secondsOf(flags['event-ttl'], 3600),
    logRequests: numberOf('v', flags.v, 0, [0, 10]) >= VERBOSE,
    requestTimeoutSeconds: secondsOf(flags['request-timeout'], 60),
    minRequestTimeoutSeconds: numberOf('min-request-timeout', flags['min-request-timeout'], 1800, [0, 1_000_000]),
    maxRequestBodyBytes: 3 * 1024 * 1024,
  };
}

function issuerOf(flags: Flags): Pick<ApiServerConfig['serviceAccounts'], 'issuer' | 'keysUri' | 'audiences'> {
  const issuer = flags['service-account-issuer'] ?? DEFAULT_ISSUER;
  const audiences = listOf(flags['api-audiences']);
  return { issuer, keysUri: flags['service-account-jwks-uri'], audiences: audiences.length > 0 ? audiences : [issuer] };
}

async function kubeletConfig(flags: Flags): Promise<ApiServerConfig['kubelet']> {
  const ca = await optionalFile(flags['kubelet-certificate-authority']);
  const client = flags['kubelet-client-certificate']
    ? await keyPair(flags['kubelet-client-certificate'], flags['kubelet-client-key'], 'kubelet-client-certificate')
    : undefined;
  return { ...(client ? { client } : {}), ...(ca === undefined ? {} : { ca }) };
}

async function frontProxyConfig(flags: Flags): Promise<ApiServerConfig['frontProxy']> {
  const requestHeaderCA = await optionalFile(flags['requestheader-client-ca-file']);
  const client = flags['proxy-client-cert-file']
    ? await keyPair(flags['proxy-client-cert-file'], flags['proxy-client-key-file'], 'proxy-client-cert-file')
    : undefined;
  return { ...frontProxyHeaders(flags), ...(client ? { client } : {}), ...(requestHeaderCA === undefined ? {} : { requestHeaderCA }) };
}

function frontProxyHeaders(flags: Flags): Omit<ApiServerConfig['frontProxy'], 'client' | 'requestHeaderCA'> {
  const or = (values: readonly string[] | undefined, fallback: string) => (values ? listOf(values) : [fallback]);
  return {
    allowedNames: or(flags['requestheader-allowed-names'], 'front-proxy-client'),
    usernameHeaders: or(flags['requestheader-username-headers'], 'X-Remote-User'),
    groupHeaders: or(flags['requestheader-group-headers'], 'X-Remote-Group'),
    extraHeaderPrefixes: or(flags['requestheader-extra-headers-prefix'], 'X-Remote-Extra-'),
  };
}

function portRange(text: string): { from: number; to: number } {
  const match = /^(\d+)-(\d+)$/.exec(text);
  if (!match) throw new Error(`--service-node-port-range must look like 30000-32767, not "${text}"`);
  return { from: Number(match[1]), to: Number(match[2]) };
}

/** Lines of `token,user,uid,"group1,group2"`. */
export function parseTokens(csv: string): Map<string, UserInfo> {
  const tokens = new Map<string, UserInfo>();
  for (const line of csv.split('\n')) {
    const match = /^\s*([^,]+),([^,]+),([^,]*)(?:,"?([^"]*)"?)?\s*$/.exec(line);
    if (!match) continue;
    const [, token = '', username = '', uid = '', groups = ''] = match;
    tokens.set(token, { username, uid, groups: listOf([groups]) });
  }
  return tokens;
}

async function keyPair(cert: string | undefined, key: string | undefined, flag: string): Promise<KeyPair> {
  return { cert: await file(cert, flag), key: await file(key, flag.replace(/cert(?=-?file$)|certificate$/, 'key')) };
}

function file(path: string | undefined, flag: string): Promise<string> {
  if (path === undefined) throw new Error(`--${flag} is required`);
  return readFile(path, 'utf8');
}

function optionalFile(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? Promise.resolve(undefined) : readFile(path, 'utf8');
}
