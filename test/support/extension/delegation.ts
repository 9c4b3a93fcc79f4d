import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import { type Answer, type Anything, type Asked, failure } from './answers.ts';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface User {
  readonly username: string;
  readonly groups: readonly string[];
}

/** Asks the cluster's API server, as the pod's service account. */
async function cluster(method: string, path: string, body?: object): Promise<Anything> {
  const [ca, token] = await Promise.all([readFile(`${ACCOUNT}/ca.crt`), readFile(`${ACCOUNT}/token`, 'utf8')]);
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, method, path, ca, headers }, (response) => {
      const answer = json(response);
      if ((response.statusCode ?? 500) < 300) return answer.then(resolve, reject);
      answer.then((said) => reject(new Error(`${method} ${path}: ${JSON.stringify(said)}`)), reject);
    });
    asked.on('error', reject);
    asked.end(body && JSON.stringify(body));
  });
}

/** Who asks, and what they may, as the cluster's API server says: how an extension API server works. */
export class Delegation {
  readonly #names: readonly string[];
  readonly #userHeaders: readonly string[];
  readonly #groupHeaders: readonly string[];
  /** That signed the front proxy's certificate. */
  readonly frontProxyCA: string;

  private constructor(data: Record<string, string>) {
    const listed = (key: string): string[] => JSON.parse(data[key] ?? '[]');
    this.frontProxyCA = data['requestheader-client-ca-file'] ?? '';
    this.#names = listed('requestheader-allowed-names');
    this.#userHeaders = listed('requestheader-username-headers');
    this.#groupHeaders = listed('requestheader-group-headers');
  }

  static async read(): Promise<Delegation> {
    const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
    const { data } = await cluster('GET', path);
    return new Delegation(data);
  }

  /** What a request is refused with; undefined where it may go on. */
  async refusal(asked: Asked, wanted: { resourceAttributes?: object; nonResourceAttributes?: object }): Promise<Answer | undefined> {
    const user = this.#viaFrontProxy(asked) ?? (await this.#ofToken(asked));
    if (!user) return failure(401, 'Unauthorized', 'Unauthorized');
    if (user.groups.includes('system:masters')) return undefined;
    const { username: name, groups } = user;
    const { status } = await cluster('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      spec: { user: name, groups, ...wanted },
    });
    return status.allowed ? undefined : failure(403, 'Forbidden', `${name} may not: ${JSON.stringify(wanted)}`);
  }

  /** Only of whom the front proxy's certificate authority vouches for are the headers believed. */
  #viaFrontProxy({ socket, headers }: Asked): User | undefined {
    if (!socket.authorized) return undefined;
    const { CN } = socket.getPeerCertificate().subject;
    if (this.#names.length > 0 && !this.#names.includes(String(CN))) return undefined;
    const valuesOf = (names: readonly string[]) =>
      names.flatMap((name) => headers[name.toLowerCase()] ?? []).flatMap((value) => value.split(', '));
    const [username] = valuesOf(this.#userHeaders);
    return username ? { username, groups: valuesOf(this.#groupHeaders) } : undefined;
  }

  async #ofToken({ headers }: Asked): Promise<User | undefined> {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (!token) return undefined;
    const { status } = await cluster('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token } });
    return status.authenticated ? { username: status.user.username, groups: status.user.groups ?? [] } : undefined;
  }
}
