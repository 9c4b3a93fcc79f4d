import { randomInt } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { Container, Pod, PodSpec, ServiceAccount, Volume } from '../../api/generated/core-v1.ts';
import { serviceAccounts } from '../../api/resources.ts';
import { secretNames } from '../authorization/node/pod-references.ts';
import type { ObjectStore } from '../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { mountableSecretFault } from './mountable-secrets.ts';
import { isCore, rejection } from './rejection.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const ENFORCE_MOUNTABLE_SECRETS = 'kubernetes.io/enforce-mountable-secrets';
const DEFAULT_ACCOUNT = 'default';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const TOKEN_SECONDS = 3607;
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** How long a pod may wait for the account that a controller makes in every new namespace. */
const DEFAULT_ACCOUNT_WAIT_MS = 1500;

/** Gives pods a service account, its token as a projected volume, and its image pull secrets. */
export class ServiceAccountAdmission implements AdmissionPlugin {
  readonly name = 'ServiceAccount';
  readonly #store: ObjectStore;
  readonly #clock: Clock;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  handles(attributes: AdmissionAttributes): boolean {
    if (isCore(attributes, 'pods')) return attributes.operation === 'CREATE';
    return attributes.operation === 'UPDATE' && isCore(attributes, 'pods', 'ephemeralcontainers');
  }

  async mutate(attributes: AdmissionAttributes): Promise<void> {
    const pod = attributes.object as Pod;
    if (attributes.operation !== 'CREATE' || isMirror(pod) || !pod.spec) return;
    pod.spec.serviceAccountName ||= DEFAULT_ACCOUNT;
    // The old name of the field is kept equal, as conversion does upstream.
    pod.spec.serviceAccount = pod.spec.serviceAccountName;
    const account = await this.#account(attributes, pod.spec.serviceAccountName);
    if (pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod.spec);
    if (!pod.spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
      pod.spec.imagePullSecrets = account.imagePullSecrets.map((secret) => ({ ...secret }));
    }
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const pod = attributes.object as Pod;
    if (!pod.spec) return;
    if (isMirror(pod)) return refuseReferences(attributes, pod.spec);
    const account = await this.#account(attributes, pod.spec.serviceAccountName ?? DEFAULT_ACCOUNT);
    if (account.metadata.annotations?.[ENFORCE_MOUNTABLE_SECRETS] !== 'true') return;
    const fault = mountableSecretFault(account, pod.spec, attributes.subresource === 'ephemeralcontainers');
    if (fault) throw rejection(attributes, fault);
  }

  async #account(attributes: AdmissionAttributes, name: string): Promise<ServiceAccount> {
    const { namespace } = attributes;
    const account =
      this.#store.get(serviceAccounts, namespace, name) ??
      (name === DEFAULT_ACCOUNT ? await this.#appearing(namespace, attributes.signal) : undefined);
    if (!account) throw rejection(attributes, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`);
    return account;
  }

  /** The default account of a namespace that was created a moment ago. */
  #appearing(namespace: string, signal: AbortSignal): Promise<ServiceAccount | undefined> {
    return new Promise((resolve) => {
      const watching = new DisposableStack();
      const finish = (account: ServiceAccount | undefined) => {
        watching.dispose();
        resolve(account);
      };
      watching.use(
        this.#store.onChange(serviceAccounts, (next) => {
          if (next?.metadata.namespace === namespace && next.metadata.name === DEFAULT_ACCOUNT) finish(next);
        }),
      );
      watching.use(this.#clock.after(DEFAULT_ACCOUNT_WAIT_MS, () => finish(undefined)));
      const onAbort = () => finish(undefined);
      signal.addEventListener('abort', onAbort, { once: true });
      watching.defer(() => signal.removeEventListener('abort', onAbort));
    });
  }
}

function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.[MIRROR] !== undefined;
}

function refuseReferences(attributes: AdmissionAttributes, spec: PodSpec): void {
  if (spec.serviceAccountName) throw rejection(attributes, 'a mirror pod may not reference service accounts');
  for (const _name of secretNames(spec)) throw rejection(attributes, 'a mirror pod may not reference secrets');
  const token = spec.volumes?.some((volume) => volume.projected?.sources?.some((source) => source.serviceAccountToken));
  if (token) throw rejection(attributes, 'a mirror pod may not use ServiceAccountToken volume projections');
}

function mountToken(spec: PodSpec): void {
  const existing = spec.volumes?.find((volume) => volume.name.startsWith(VOLUME_PREFIX));
  const volume = existing ?? tokenVolume();
  const missing = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter(lacksMount);
  for (const container of missing) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name: volume.name, readOnly: true, mountPath: MOUNT_PATH }];
  }
  if (!existing && missing.length > 0) spec.volumes = [...(spec.volumes ?? []), volume];
}

/** A mount that the pod's author put there stays the only one. */
function lacksMount(container: Container): boolean {
  return !container.volumeMounts?.some((mount) => mount.mountPath === MOUNT_PATH);
}

function tokenVolume(): Volume {
  const suffix = Array.from({ length: 5 }, () => NAME_ALPHABET[randomInt(NAME_ALPHABET.length)]).join('');
  return {
    name: `${VOLUME_PREFIX}${suffix}`,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 0o644,
    },
  };
}
