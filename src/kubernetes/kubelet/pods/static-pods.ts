import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import type { BoundPod } from './pod.ts';
import { CONFIG_HASH, CONFIG_SOURCE } from './pod.ts';

/** A folder without change notifications is still read this often. */
const SAFETY_NET = 20_000;
const SETTLE = 100;

export interface StaticPodsOptions {
  directory: string;
  nodeName: string;
  clock: Clock;
  log: Log;
  set(pod: BoundPod): void;
  delete(uid: string): void;
}

/** Pods that are described by files of the node instead of the API server. */
export class StaticPods {
  /** Resolves when the folder has been read once. */
  readonly firstRead: Promise<void>;
  readonly #options: StaticPodsOptions;
  readonly #markRead: () => void;
  readonly #known = new Set<string>();

  constructor(options: StaticPodsOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.firstRead = promise;
    this.#markRead = resolve;
  }

  /** Follows the folder until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, directory, log } = this.#options;
    let wake = () => {};
    const watcher = watchFolder(directory, () => wake());
    while (!signal.aborted) {
      await this.#read().catch((error: unknown) => log.warn({ directory, error: describeError(error) }, 'static pods not read'));
      this.#markRead();
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      using _timer = clock.after(SAFETY_NET, resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      await clock.sleep(SETTLE, signal).catch(() => {});
    }
    watcher?.close();
  }

  async #read(): Promise<void> {
    const pods = new Map<string, BoundPod>();
    for (const name of (await readdir(this.#options.directory)).sort()) {
      if (name.startsWith('.')) continue;
      for (const pod of await this.#parse(join(this.#options.directory, name))) pods.set(pod.metadata.uid, pod);
    }
    for (const uid of this.#known) if (!pods.has(uid)) this.#options.delete(uid);
    for (const [uid, pod] of pods) if (!this.#known.has(uid)) this.#options.set(pod);
    this.#known.clear();
    for (const uid of pods.keys()) this.#known.add(uid);
  }

  async #parse(path: string): Promise<BoundPod[]> {
    const { log, nodeName } = this.#options;
    try {
      const documents = parseAllDocuments(await readFile(path, 'utf8'));
      const objects = [...documents].map((document) => document.toJS() as Pod | null);
      return objects.filter((object) => object?.kind === 'Pod').map((pod) => staticPod(pod as Pod, path, nodeName));
    } catch (error) {
      log.warn({ path, error: describeError(error) }, 'not a pod manifest');
      return [];
    }
  }
}

/** Identity and defaults that the API server would have given. A changed file is another pod. */
export function staticPod(pod: Pod, path: string, nodeName: string): BoundPod {
  const hash = createHash('md5')
    .update(`${nodeName}\0${path}\0${JSON.stringify(pod)}`)
    .digest('hex');
  const { metadata, spec } = pod;
  const toleratesAll = { operator: 'Exists' as const, effect: 'NoExecute' as const };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: `${metadata.name}-${nodeName}`,
      namespace: metadata.namespace ?? 'default',
      uid: hash,
      annotations: { ...metadata.annotations, [CONFIG_HASH]: hash, [CONFIG_SOURCE]: 'file' },
    },
    spec: {
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      enableServiceLinks: true,
      ...spec,
      nodeName,
      tolerations: [...(spec.tolerations ?? []), toleratesAll],
      containers: spec.containers.map((container) => ({ terminationMessagePath: '/dev/termination-log', ...container })),
    },
  };
}

function watchFolder(directory: string, onChange: () => void) {
  try {
    return watch(directory, onChange).on('error', () => {});
  } catch {
    return undefined; // It may be made later; reading it again and again finds it.
  }
}
