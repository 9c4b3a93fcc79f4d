import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { BoundObjectReference, TokenRequest } from '../../api/generated/authentication-v1.ts';
import type { ServiceAccount } from '../../api/generated/core-v1.ts';
import { nodes, pods, secrets, serviceAccounts } from '../../api/resources.ts';
import { formatTime, type KubeObject } from '../../machinery/meta.ts';
import { parseApiVersion, type ResourceType } from '../../machinery/resource.ts';
import { badRequest, conflict, invalid, notFound } from '../../machinery/status.ts';
import { admit } from '../admission/admit.ts';
import { serviceAccountUsername } from '../authentication/identities.ts';
import type { VirtualResource } from '../extensions.ts';
import type { ObjectStore } from '../registry.ts';
import type { RequestContext } from '../request.ts';
import type { AdmissionChain } from '../writes/admission-chain.ts';
import type { KubernetesClaims, TokenClaims } from './claims.ts';
import { signJwt } from './jwt.ts';
import type { SigningKey } from './keys.ts';
import { targetFaults, tokenRequestFaults } from './token-request-rules.ts';

/** What the kubelet asks for on behalf of a pod's injected volume: such tokens live longer than they say. */
const INJECTED_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;
const DEFAULT_SECONDS = 3600;
const KIND = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };

export interface TokenIssuerOptions {
  issuer: string;
  audiences: readonly string[];
  key: SigningKey;
}

type BoundClaims = Pick<KubernetesClaims, 'pod' | 'secret' | 'node'>;

/** `serviceaccounts/token`: signs tokens that end with their time or with the object they are bound to. */
export class TokenRequests implements VirtualResource {
  readonly group = '';
  readonly version = 'v1';
  readonly plural = 'serviceaccounts';
  readonly singular = 'serviceaccount';
  readonly subresource = 'token';
  readonly namespaced = true;
  readonly kind = KIND.kind;
  readonly kindGroup = 'authentication.k8s.io';
  readonly kindVersion = 'v1';
  readonly schema = 'io.k8s.api.authentication.v1.TokenRequest';
  readonly #options: TokenIssuerOptions;
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #admission: AdmissionChain;

  constructor(options: TokenIssuerOptions, store: ObjectStore, clock: Clock, admission: AdmissionChain) {
    this.#options = options;
    this.#store = store;
    this.#clock = clock;
    this.#admission = admission;
  }

  async create(object: KubeObject, context: RequestContext, { dryRun }: { dryRun: boolean }): Promise<TokenRequest> {
    const { info } = context;
    const request = this.#complete(object as TokenRequest, info.namespace, info.name);
    const account = this.#store.get(serviceAccounts, info.namespace, info.name);
    if (!account) throw notFound(serviceAccounts, info.name);
    check(request, [...tokenRequestFaults(request)]);
    await admit(this.#admission, { operation: 'CREATE', resource: serviceAccounts, context, object: request, kind: KIND, dryRun });
    const bound = request.spec.boundObjectRef ? this.#bind(request.spec.boundObjectRef, info.namespace, info.name) : {};
    return { ...request, status: this.#sign(request, account, bound) };
  }

  #complete(request: TokenRequest, namespace: string, name: string): TokenRequest {
    check(request, [...targetFaults({ ...request, metadata: request.metadata ?? {} }, namespace, name)]);
    const { audiences, expirationSeconds, ...spec } = request.spec ?? {};
    return {
      ...request,
      metadata: { ...request.metadata, name, namespace, creationTimestamp: formatTime(this.#clock.now()) },
      spec: {
        ...spec,
        audiences: audiences?.length ? audiences : [...this.#options.audiences],
        expirationSeconds: expirationSeconds ?? DEFAULT_SECONDS,
      },
    };
  }

  #bind(ref: BoundObjectReference, namespace: string, account: string): BoundClaims {
    const { group, version } = parseApiVersion(ref.apiVersion ?? '');
    const name = ref.name ?? '';
    if (group === '' && ref.kind === 'Pod') return this.#bindPod(ref, namespace, name, account);
    if (group === '' && ref.kind === 'Secret') return { secret: this.#claim(secrets, ref, namespace, name) };
    if (group === '' && ref.kind === 'Node') return { node: this.#claim(nodes, ref, '', name) };
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${ref.kind ?? ''}`);
  }

  #bindPod(ref: BoundObjectReference, namespace: string, name: string, account: string): BoundClaims {
    const pod = this.#store.get(pods, namespace, name);
    if (pod && (pod.spec?.serviceAccountName ?? '') !== account) {
      throw badRequest(`cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`);
    }
    const claimed = { pod: this.#claim(pods, ref, namespace, name) };
    const nodeName = pod?.spec?.nodeName;
    if (!nodeName) return claimed;
    const uid = this.#store.get(nodes, '', nodeName)?.metadata.uid;
    return { ...claimed, node: uid ? { name: nodeName, uid } : { name: nodeName } };
  }

  #claim(resource: ResourceType, ref: BoundObjectReference, namespace: string, name: string): { name: string; uid: string } {
    const uid = this.#store.get(resource, namespace, name)?.metadata.uid;
    if (!uid) throw notFound(resource, name);
    if (ref.uid && ref.uid !== uid) {
      const why = `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
      throw conflict({ group: '', plural: resource.kind }, name, why);
    }
    return { name, uid };
  }

  #sign({ spec }: TokenRequest, account: ServiceAccount, bound: BoundClaims): { token: string; expirationTimestamp: string } {
    const now = Math.floor(this.#clock.now() / 1000);
    const seconds = spec.expirationSeconds ?? DEFAULT_SECONDS;
    const { namespace = '', name = '', uid = '' } = account.metadata;
    // Clients that read the mounted token once and keep it get a warning instead of being locked out.
    const extended = bound.pod !== undefined && seconds === INJECTED_SECONDS && this.#isForThisServer(spec.audiences ?? []);
    const claims: TokenClaims = {
      aud: spec.audiences ?? [],
      exp: now + (extended ? EXTENDED_SECONDS : seconds),
      iat: now,
      iss: this.#options.issuer,
      jti: randomUUID(),
      'kubernetes.io': { namespace, ...bound, serviceaccount: { name, uid }, ...(extended ? { warnafter: now + seconds } : {}) },
      nbf: now,
      sub: serviceAccountUsername({ namespace, name }),
    };
    return { token: signJwt(claims, this.#options.key), expirationTimestamp: formatTime((now + seconds) * 1000) };
  }

  #isForThisServer(audiences: readonly string[]): boolean {
    return audiences.length > 0 && audiences.every((audience) => this.#options.audiences.includes(audience));
  }
}

function check(request: TokenRequest, faults: Parameters<typeof invalid>[2]): void {
  if (faults.length > 0)
    throw invalid(
      { group: 'authentication.k8s.io', kind: 'TokenRequest' },
      request.metadata?.name && faults[0]?.field.startsWith('metadata') ? request.metadata.name : '',
      faults,
    );
}
