import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { pods } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { isAlreadyExists, isNotFound } from '../../machinery/status.ts';
import type { BoundPod } from './pod.ts';
import { CONFIG_HASH, CONFIG_MIRROR, podKey } from './pod.ts';

/** Shows static pods in the API: a mirror for each, made again when it is deleted, gone with its pod. */
export class MirrorPods {
  readonly #api: Pick<ApiClient, 'create' | 'delete'>;
  readonly #log: Log;
  readonly #nodeUid: () => string | undefined;
  readonly #mirrors = new Map<string, Pod>();
  readonly #wanted = new Map<string, BoundPod>();

  constructor(api: Pick<ApiClient, 'create' | 'delete'>, log: Log, nodeUid: () => string | undefined) {
    this.#api = api;
    this.#log = log;
    this.#nodeUid = nodeUid;
  }

  /** The uid under which the API knows a static pod. */
  uidOf(pod: BoundPod): string | undefined {
    return this.#mirrors.get(podKey(pod))?.metadata.uid;
  }

  /** The API's mirror pod of this name appeared, changed or (undefined) went. */
  seen(key: string, mirror: Pod | undefined): void {
    if (mirror) this.#mirrors.set(key, mirror);
    else this.#mirrors.delete(key);
    void this.#align(key);
  }

  want(pod: BoundPod): void {
    this.#wanted.set(podKey(pod), pod);
    void this.#align(podKey(pod));
  }

  unwant(uid: string): void {
    for (const [key, pod] of this.#wanted) {
      if (pod.metadata.uid !== uid) continue;
      this.#wanted.delete(key);
      void this.#align(key);
    }
  }

  async #align(key: string): Promise<void> {
    const mirror = this.#mirrors.get(key);
    const wanted = this.#wanted.get(key);
    try {
      const isCurrent = mirror?.metadata.annotations?.[CONFIG_MIRROR] === wanted?.metadata.annotations?.[CONFIG_HASH];
      if (mirror && (!isCurrent || mirror.metadata.deletionTimestamp)) await this.#remove(mirror);
      else if (wanted && !mirror) await this.#create(wanted);
    } catch (error) {
      this.#log.warn({ pod: key, error: describeError(error) }, 'mirror pod not brought up to date');
    }
  }

  async #remove({ metadata }: Pod): Promise<void> {
    const { namespace, name = '', uid } = metadata;
    await this.#api.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  async #create({ metadata, spec }: BoundPod): Promise<void> {
    const { uid: hash, ...rest } = metadata;
    const nodeUid = this.#nodeUid();
    const owner = { apiVersion: 'v1', kind: 'Node', name: spec.nodeName ?? '', uid: nodeUid ?? '', controller: true };
    const mirror: Pod = {
      metadata: { ...rest, annotations: { ...rest.annotations, [CONFIG_MIRROR]: hash }, ...(nodeUid ? { ownerReferences: [owner] } : {}) },
      spec,
    };
    await this.#api.create(pods, mirror).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
}
