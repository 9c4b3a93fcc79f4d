import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import type { TokenReview } from '../../api/generated/authentication-v1.ts';
import type { SubjectAccessReview } from '../../api/generated/authorization-v1.ts';
import { subjectAccessReviews, tokenReviews } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';

const TOKEN_TTL = 2 * 60_000;
const ALLOWED_TTL = 5 * 60_000;
const DENIED_TTL = 30_000;
const MASTERS = 'system:masters';

export interface User {
  name: string;
  groups: string[];
  uid?: string | undefined;
  extra?: Record<string, string[]> | undefined;
}

/** What a request asks for, in the API's terms: a subresource of this node. */
export interface NodeAccess {
  verb: string;
  subresource: string;
}

const VERBS: Record<string, string> = { GET: 'get', HEAD: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Which permission on the node a path needs. Fine-grained ones first, `nodes/proxy` covers what has none. */
export function accessFor(method: string, path: string): NodeAccess[] {
  const verb = VERBS[method] ?? 'get';
  const root = path.split('/')[1] ?? '';
  const fine: Record<string, string> = {
    stats: 'stats',
    metrics: 'metrics',
    logs: 'log',
    pods: 'pods',
    runningpods: 'pods',
    healthz: 'healthz',
    configz: 'configz',
  };
  const own = fine[root];
  const proxy = { verb, subresource: 'proxy' };
  if (!own) return [proxy];
  const needsNoFallback = own === 'stats' || own === 'metrics' || own === 'log';
  return needsNoFallback ? [{ verb, subresource: own }] : [{ verb, subresource: own }, proxy];
}

interface Remembered<T> {
  value: T;
  until: number;
}

/** Who is calling the kubelet, and whether they may: client certificates of the cluster, tokens and access by the API server. */
export class RequestAuth {
  readonly #api: Pick<ApiClient, 'create'>;
  readonly #nodeName: string;
  readonly #clock: Clock;
  readonly #users = new Map<string, Remembered<User | undefined>>();
  readonly #decisions = new Map<string, Remembered<boolean>>();

  constructor(api: Pick<ApiClient, 'create'>, nodeName: string, clock: Clock) {
    this.#api = api;
    this.#nodeName = nodeName;
    this.#clock = clock;
  }

  async authenticate(request: IncomingMessage): Promise<User | undefined> {
    const byCertificate = certificateUser(request.socket as TLSSocket);
    if (byCertificate) return byCertificate;
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return token ? await this.#tokenUser(token) : undefined;
  }

  async authorize(user: User, accesses: readonly NodeAccess[]): Promise<boolean> {
    if (user.groups.includes(MASTERS)) return true;
    for (const access of accesses) if (await this.#allowed(user, access)) return true;
    return false;
  }

  async #tokenUser(token: string): Promise<User | undefined> {
    const known = this.#recall(this.#users, token);
    if (known) return known.value;
    const review: TokenReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: { token } };
    const { status } = await this.#api.create(tokenReviews, review);
    const { username, groups = [], uid, extra } = status?.user ?? {};
    const user = status?.authenticated && username ? { name: username, groups, uid, extra } : undefined;
    this.#users.set(token, { value: user, until: this.#clock.now() + TOKEN_TTL });
    return user;
  }

  async #allowed(user: User, { verb, subresource }: NodeAccess): Promise<boolean> {
    const key = JSON.stringify([user.name, user.groups, verb, subresource]);
    const known = this.#recall(this.#decisions, key);
    if (known) return known.value;
    const review: SubjectAccessReview = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: {
        user: user.name,
        groups: user.groups,
        uid: user.uid,
        extra: user.extra,
        resourceAttributes: { verb, group: '', version: 'v1', resource: 'nodes', subresource, name: this.#nodeName },
      },
    };
    const { status } = await this.#api.create(subjectAccessReviews, review);
    const allowed = status?.allowed ?? false;
    this.#decisions.set(key, { value: allowed, until: this.#clock.now() + (allowed ? ALLOWED_TTL : DENIED_TTL) });
    return allowed;
  }

  #recall<T>(map: Map<string, Remembered<T>>, key: string): Remembered<T> | undefined {
    const now = this.#clock.now();
    for (const [old, { until }] of map) if (until <= now) map.delete(old);
    return map.get(key);
  }
}

/** A client certificate that the cluster's CA has signed: common name and organisations. */
function certificateUser(socket: TLSSocket): User | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  const name = subject?.CN as string | string[] | undefined;
  if (!name) return undefined;
  const organisations = subject.O as string | string[] | undefined;
  return { name: [name].flat()[0] ?? '', groups: [...[organisations ?? []].flat(), 'system:authenticated'] };
}
