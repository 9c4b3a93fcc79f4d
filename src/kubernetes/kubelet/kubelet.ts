import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Pod } from '../api/generated/core-v1.ts';
import { nodes, pods, services as serviceType } from '../api/resources.ts';
import type { ApiClient } from '../client/api-client.ts';
import { EventRecorder } from '../client/events.ts';
import type { Change } from '../client/informer.ts';
import { Informers } from '../client/informers.ts';
import { keyOf } from '../machinery/meta.ts';
import { quantityMilliValue, quantityValue } from '../machinery/quantity.ts';
import { CriClient } from './cri/cri-client.ts';
import { MemoryPressure } from './eviction/memory-pressure.ts';
import { Housekeeper } from './housekeeping/housekeeper.ts';
import { ImageManager } from './images/image-manager.ts';
import { NodeFacts } from './node/node-facts.ts';
import { NodeLease } from './node/node-lease.ts';
import { resources } from './node/node-object.ts';
import { NodeReporter } from './node/node-reporter.ts';
import type { KubeletOptions } from './options.ts';
import { refuse } from './pods/admission.ts';
import { MirrorPods } from './pods/mirror-pods.ts';
import type { BoundPod } from './pods/pod.ts';
import { CONFIG_MIRROR, isBound, isMirrorPod, isStaticPod } from './pods/pod.ts';
import { PodEvents } from './pods/pod-events.ts';
import { PodManager } from './pods/pod-manager.ts';
import { StaticPods } from './pods/static-pods.ts';
import { ProbeManager } from './probes/probe-manager.ts';
import { PodCgroups } from './resources/pod-cgroups.ts';
import { RestartBackoff } from './restart-backoff.ts';
import { PodChanges } from './runtime/pod-changes.ts';
import { PodObserver } from './runtime/pod-observer.ts';
import { watchRuntime } from './runtime/runtime-events.ts';
import { makeServer } from './server/make-server.ts';
import type { PodServices } from './services.ts';
import { Slots } from './slots.ts';
import { StatsCollector } from './stats/stats-collector.ts';
import { StatusManager } from './status/status-manager.ts';
import { ObjectCache } from './volumes/object-cache.ts';
import { ServiceAccountTokens } from './volumes/service-account-tokens.ts';
import { VolumeManager } from './volumes/volume-manager.ts';

const CRASH_BACKOFF = { base: 10_000, max: 300_000 };
const SANDBOXES_AT_ONCE = 4;
const RUNTIME_RETRY = 100;
const SAFETY_NET = 60_000;

export interface KubeletDependencies {
  api: ApiClient;
  log: Log;
  clock?: Clock;
}

/** Runs the pods of one node until `signal` aborts. Pods keep running; the next kubelet adopts them. */
export async function startKubelet(
  options: KubeletOptions,
  { api, log, clock = systemClock }: KubeletDependencies,
  signal: AbortSignal,
): Promise<void> {
  using cri = new CriClient(options.runtimeEndpoint);
  const version = await runtimeVersion(cri, clock, log, signal);
  const kubelet = new Kubelet({ options, api, log, clock, cri, signal, runtimeName: version.name, runtimeVersion: version.text });
  await kubelet.run();
}

interface RuntimeVersion {
  name: string;
  /** `containerd://2.1.9` */
  text: string;
}

/** Waits for the runtime, which may still be starting. */
async function runtimeVersion(cri: CriClient, clock: Clock, log: Log, signal: AbortSignal): Promise<RuntimeVersion> {
  for (let tries = 0; ; tries++) {
    try {
      const { runtimeName, runtimeVersion: number } = await cri.call('Version', { version: 'v1' }, { timeout: 2_000, signal });
      return { name: runtimeName, text: `${runtimeName}://${number.replace(/\+unknown$/, '')}` };
    } catch (error) {
      signal.throwIfAborted();
      if (tries % 50 === 49) log.warn({ error: describeError(error) }, 'the container runtime does not answer');
      await clock.sleep(RUNTIME_RETRY, signal);
    }
  }
}

interface Parts {
  options: KubeletOptions;
  api: ApiClient;
  log: Log;
  clock: Clock;
  cri: CriClient;
  signal: AbortSignal;
  runtimeName: string;
  runtimeVersion: string;
}

/** The parts of a kubelet and how they wake each other. */
class Kubelet {
  readonly #parts: Parts;
  readonly #services: PodServices;
  readonly #pods: PodManager;
  readonly #informers: Informers;
  readonly #reporter: NodeReporter;
  readonly #mirrors: MirrorPods;
  readonly #stats: StatsCollector;
  readonly #memory: MemoryPressure;
  #nodeUid: string | undefined;

  constructor(parts: Parts) {
    const { api, signal, clock, log, options } = parts;
    this.#parts = parts;
    this.#informers = new Informers(api, signal, { clock, log });
    this.#pods = new PodManager(
      () => this.#services,
      (pod, others) => refuse(pod, others, this.#room()),
    );
    this.#mirrors = new MirrorPods(api, log, () => this.#nodeUid);
    this.#services = this.#makeServices();
    this.#stats = new StatsCollector(parts.cri, clock);
    this.#memory = new MemoryPressure(this.#services, this.#pods, this.#stats);
    const node = this.#informers.of(nodes, { fieldSelector: `metadata.name=${options.nodeName}` });
    // Others may give the node resources, which pods wait for.
    node.onChange(({ next, previous }) => {
      if (!isDeepStrictEqual(next?.status?.capacity, previous?.status?.capacity)) this.#reporter.kick();
    });
    this.#reporter = new NodeReporter({
      ...parts,
      options,
      facts: this.#services.node,
      pressure: () => ({ memory: this.#memory.exists, disk: false }),
      seen: () => node.get(options.nodeName),
      onNode: ({ metadata }) => {
        this.#nodeUid = metadata.uid;
      },
    });
  }

  async run(): Promise<void> {
    const { cri, clock, log, signal, api, options } = this.#parts;
    const lease = new NodeLease(api, options.nodeName, clock, log);
    const changes = new PodChanges(this.#services.observer);
    const handlers = {
      pod: (uid: string) => {
        this.#pods.kick(uid);
        changes.notify(uid);
      },
      missed: () => {
        this.#pods.kickAll();
        changes.notifyAll();
      },
    };
    await this.#services.volumes.prepare(options.memoryVolumes);
    signal.addEventListener('abort', () => this.#pods.detachAll(), { once: true });
    await Promise.all([
      this.#reporter.run(signal),
      lease.run(() => this.#nodeUid, signal),
      watchRuntime(cri, handlers, clock, log, signal),
      makeServer(this.#services, this.#pods, changes, this.#stats).run(signal),
      this.#memory.run(signal),
      this.#runPods(),
      new Housekeeper(this.#services, this.#pods).run(signal),
    ]);
  }

  #makeServices(): PodServices {
    const { options, api, cri, clock, log, signal, runtimeName } = this.#parts;
    const refresh = (uid: string) => this.#pods.get(uid)?.refreshVolumes();
    const events = new PodEvents(new EventRecorder({ api, component: 'kubelet', host: options.nodeName, signal, clock, log }));
    const objects = new ObjectCache({ api, clock, log, signal, onChange: refresh });
    const tokens = new ServiceAccountTokens(api, clock, refresh);
    const directories = { podsDirectory: `${options.rootDirectory}/pods`, memoryDirectory: `${options.rootDirectory}/memory-volumes` };
    const node = new NodeFacts(options);
    const serviceInformer = this.#informers.of(serviceType);
    return {
      options,
      api,
      cri,
      runtimeName,
      clock,
      log,
      events,
      objects,
      node,
      observer: new PodObserver(cri),
      images: new ImageManager(cri, events, clock),
      volumes: new VolumeManager({ api, objects, tokens, clock, written: new Map(), ...directories }, log),
      cgroups: new PodCgroups(log, options.cgroupRoot),
      probes: new ProbeManager({ cri, clock, events, onChange: (uid) => this.#pods.kick(uid) }),
      statuses: new StatusManager({
        api,
        clock,
        log,
        signal,
        uidOf: (pod) => (isStaticPod(pod) ? this.#mirrors.uidOf(pod) : pod.metadata.uid),
      }),
      crashes: new RestartBackoff(clock, CRASH_BACKOFF),
      sandboxSlots: new Slots(Math.max(SANDBOXES_AT_ONCE, 2 * node.cpuCount)),
      services: async () => {
        await serviceInformer.synced;
        return serviceInformer.list();
      },
    };
  }

  /** Pods of the API, then whatever else the runtime still has. */
  async #runPods(): Promise<void> {
    const { options, clock, log, signal } = this.#parts;
    const informer = this.#informers.of(pods, { fieldSelector: `spec.nodeName=${options.nodeName}` });
    const files = options.staticPodPath ? this.#makeStaticPods(options.staticPodPath) : undefined;
    informer.onChange((change) => this.#onPod(change));
    void files?.run(signal);
    // Not before all pods are known: what nobody knows is ended.
    await Promise.race([Promise.all([informer.synced, files?.firstRead]), aborted(signal)]);
    while (!signal.aborted) {
      try {
        this.#pods.adopt((await this.#services.observer.observeAll()).values());
      } catch (error) {
        log.warn({ error: describeError(error) }, 'pods of the runtime not listed, will retry');
      }
      await clock.sleep(SAFETY_NET, signal).catch(() => {});
      if (!signal.aborted) this.#pods.kickAll();
    }
  }

  #onPod({ next, previous }: Change<Pod>): void {
    const pod = next ?? previous;
    if (pod && isMirrorPod(pod)) {
      this.#mirrors.seen(keyOf(pod), next);
      this.#pods.kick(pod.metadata.annotations?.[CONFIG_MIRROR] ?? '');
    } else {
      if (previous?.metadata.uid && previous.metadata.uid !== next?.metadata.uid) this.#pods.delete(previous.metadata.uid);
      if (next && isBound(next)) this.#pods.set(next);
    }
  }

  #makeStaticPods(directory: string): StaticPods {
    const { options, clock, log } = this.#parts;
    const set = (pod: BoundPod) => {
      this.#mirrors.want(pod);
      this.#pods.set(pod);
    };
    const remove = (uid: string) => {
      this.#mirrors.unwant(uid);
      this.#pods.delete(uid);
    };
    return new StaticPods({ directory, nodeName: options.nodeName, clock, log, set, delete: remove });
  }

  #room() {
    const { allocatable } = resources(this.#parts.options, this.#services.node);
    return {
      cpuMilli: quantityMilliValue(allocatable.cpu ?? '0'),
      memory: quantityValue(allocatable.memory ?? '0'),
      pods: this.#parts.options.maxPods,
    };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
