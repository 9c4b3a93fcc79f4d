import type { Clock } from '../../../base/clock.ts';
import type { TokenRequest } from '../../api/generated/authentication-v1.ts';
import { serviceAccounts } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { BoundPod } from '../pods/pod.ts';

const MAX_AGE = 24 * 3600_000;
const REFRESH_AT = 0.8;
const RETRY = 60_000;

interface Held {
  token: string;
  refreshAt: number;
  expiresAt: number;
  timer: Disposable;
}

export interface TokenOptions {
  audience: string | undefined;
  expirationSeconds: number;
}

/** Service account tokens of this node's pods, bound to them and renewed before they run out. */
export class ServiceAccountTokens {
  readonly #api: Pick<ApiClient, 'createSubresource'>;
  readonly #clock: Clock;
  readonly #onExpiring: (podUid: string) => void;
  readonly #held = new Map<string, Map<string, Held>>();

  constructor(api: Pick<ApiClient, 'createSubresource'>, clock: Clock, onExpiring: (podUid: string) => void) {
    this.#api = api;
    this.#clock = clock;
    this.#onExpiring = onExpiring;
  }

  /** A token good for the pod; the same one until a fifth of its time is left. */
  async token(pod: BoundPod, options: TokenOptions, signal?: AbortSignal): Promise<string> {
    const key = `${options.audience ?? ''}/${options.expirationSeconds}`;
    const ofPod = this.#held.get(pod.metadata.uid) ?? new Map<string, Held>();
    this.#held.set(pod.metadata.uid, ofPod);
    const held = ofPod.get(key);
    if (held && this.#clock.now() < held.refreshAt) return held.token;
    try {
      const fresh = await this.#request(pod, options, signal);
      held?.timer[Symbol.dispose]();
      ofPod.set(key, fresh);
      return fresh.token;
    } catch (error) {
      if (!held || this.#clock.now() >= held.expiresAt) throw error;
      this.#clock.after(RETRY, () => this.#onExpiring(pod.metadata.uid));
      return held.token; // Not renewed, but still good.
    }
  }

  release(podUid: string): void {
    for (const { timer } of this.#held.get(podUid)?.values() ?? []) timer[Symbol.dispose]();
    this.#held.delete(podUid);
  }

  async #request(pod: BoundPod, { audience, expirationSeconds }: TokenOptions, signal?: AbortSignal): Promise<Held> {
    const { namespace, name, uid } = pod.metadata;
    const body: TokenRequest = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    };
    const account = { namespace, name: pod.spec.serviceAccountName ?? 'default' };
    const { status } = await this.#api.createSubresource<TokenRequest>(serviceAccounts, account, 'token', body, signal);
    const expiresAt = Date.parse(status?.expirationTimestamp ?? '');
    const refreshAt = this.#refreshTime(expiresAt, expirationSeconds * 1000);
    const timer = this.#clock.after(Math.max(RETRY, refreshAt - this.#clock.now()), () => this.#onExpiring(uid));
    return { token: status?.token ?? '', refreshAt, expiresAt, timer };
  }

  #refreshTime(expiresAt: number, lifetime: number): number {
    const now = this.#clock.now();
    return Math.min(expiresAt - lifetime * (1 - REFRESH_AT), now + MAX_AGE);
  }
}
