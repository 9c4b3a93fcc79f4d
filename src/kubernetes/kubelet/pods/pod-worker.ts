import { describeError } from '../../../base/errors.ts';
import type { PodCondition, PodStatus } from '../../api/generated/core-v1.ts';
import { pods } from '../../api/resources.ts';
import { isConflict, isNotFound } from '../../machinery/status.ts';
import { ContainerStopper } from '../containers/container-stopper.ts';
import { PodResizer } from '../resources/resize.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { PodServices } from '../services.ts';
import { podStatusOf } from '../status/pod-status.ts';
import { planPod } from './plan.ts';
import type { BoundPod } from './pod.ts';
import { isStaticPod, isTerminalPhase } from './pod.ts';
import { PodSandboxes } from './pod-sandbox.ts';
import { PodStarter } from './pod-starter.ts';
import { graceOf, PodTerminator } from './pod-terminator.ts';
import { pruneContainers } from './prune.ts';
import { StartRetries } from './retries.ts';

const RETRY = { base: 500, max: 30_000 };
/** Steps that take longer (a pull, a hook) must not hide what happens meanwhile. */
const BUSY_REPORT = 400;

/** Why a pod is ended from outside. */
export interface Verdict {
  reason: string;
  message: string;
  conditions?: PodCondition[];
  /** Seconds; the pod's own grace period when unset. */
  grace?: number;
}

/**
 * One pod's state machine. Every wake-up does the same: look at the pod and at the runtime, report the status, take
 * the next steps. It ends when the pod is gone from the runtime and the API.
 */
export class PodWorker {
  readonly #services: PodServices;
  readonly #sandboxes: PodSandboxes;
  readonly #starter: PodStarter;
  readonly #terminator: PodTerminator;
  readonly #resizer: PodResizer;
  readonly #retries: StartRetries;
  readonly #onGone: () => void;
  #pod: BoundPod;
  #removed: boolean;
  #verdict: Verdict | undefined;
  #dirty = false;
  /** Something happened since the status was last reported. */
  #unreported = false;
  #running = false;
  #volumesStale = false;
  #phase: 'syncing' | 'terminating' | 'terminated' | 'gone' = 'syncing';
  #abort = new AbortController();
  #failures = 0;
  #timer: Disposable | undefined;
  #deadline: Disposable | undefined;

  /** `removed`: the API no longer has the pod, only the runtime does. */
  constructor(services: PodServices, pod: BoundPod, removed: boolean, onGone: () => void) {
    this.#services = services;
    this.#pod = pod;
    this.#removed = removed;
    this.#onGone = onGone;
    const stopper = new ContainerStopper(services);
    this.#sandboxes = new PodSandboxes(services);
    this.#retries = new StartRetries(services.clock, () => this.kick());
    this.#starter = new PodStarter(services, this.#sandboxes, stopper, this.#retries);
    this.#resizer = new PodResizer(services);
    this.#terminator = new PodTerminator(services, this.#sandboxes, stopper);
  }

  get pod(): BoundPod {
    return this.#pod;
  }

  /** Stopped for good: takes nothing of the node any more. */
  get isTerminated(): boolean {
    return this.#phase === 'terminated' || this.#phase === 'gone';
  }

  /** The API's pod changed. */
  update(pod: BoundPod): void {
    this.#volumesStale ||= pod.metadata.resourceVersion !== this.#pod.metadata.resourceVersion;
    this.#pod = pod;
    if (this.#isEnding()) this.#beginEnd();
    this.kick();
  }

  /** The API's pod is gone. */
  remove(): void {
    this.#removed = true;
    this.#beginEnd();
    this.kick();
  }

  /** Ends the pod as failed. */
  end(verdict: Verdict): void {
    this.#verdict ??= verdict;
    this.#beginEnd();
    this.kick();
  }

  /** A ConfigMap, Secret or token of the pod has changed. */
  refreshVolumes(): void {
    this.#volumesStale = true;
    this.#retries.retryConfig();
    this.kick();
  }

  /** Something about the pod may have changed. */
  kick(): void {
    this.#dirty = true;
    this.#unreported = true;
    if (!this.#running && this.#phase !== 'gone') void this.#run();
  }

  /** The kubelet ends: the pod is left as it is, for the next one. */
  detach(): void {
    this.#phase = 'gone';
    this.#abort.abort(new Error('the kubelet is ending'));
    this.#dropTimers();
  }

  #isEnding(): boolean {
    return this.#removed || this.#verdict !== undefined || this.#pod.metadata.deletionTimestamp !== undefined;
  }

  #beginEnd(): void {
    this.#abort.abort(new Error('the pod is being ended'));
    const { deletionGracePeriodSeconds } = this.#pod.metadata;
    if (deletionGracePeriodSeconds !== undefined) this.#terminator.hasten(deletionGracePeriodSeconds);
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#dirty && this.#phase !== 'gone') {
      this.#dirty = false;
      using _busy = this.#reportWhileBusy();
      try {
        await this.#sync();
        this.#failures = 0;
      } catch (error) {
        this.#afterFailure(error);
      }
    }
    this.#running = false;
  }

  /** Keeps the status current during a long step; disposing ends it. */
  #reportWhileBusy(): Disposable {
    const { clock } = this.#services;
    let timer: Disposable;
    const report = () => {
      if (this.#unreported && this.#phase === 'syncing' && !this.#isEnding()) void this.#reportNow();
      timer = clock.after(BUSY_REPORT, report);
    };
    timer = clock.after(BUSY_REPORT, report);
    return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
  }

  async #reportNow(): Promise<void> {
    try {
      const observed = await this.#observe();
      if (this.#phase !== 'syncing') return;
      this.#services.probes.sync(this.#pod, observed);
      this.#publish(observed, false);
    } catch {
      // The step that is under way meets the same trouble and reports it.
    }
  }

  #afterFailure(error: unknown): void {
    if (this.#phase === 'gone') return;
    if (this.#abort.signal.aborted && error === this.#abort.signal.reason) {
      this.#dirty = true; // Interrupted in order to end the pod.
      return;
    }
    const { log, clock } = this.#services;
    log.warn(
      { pod: `${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`, error: describeError(error) },
      'pod not synced, will retry',
    );
    this.#timer?.[Symbol.dispose]();
    this.#timer = clock.after(Math.min(RETRY.base * 2 ** Math.min(this.#failures++, 10), RETRY.max), () => this.kick());
  }

  async #sync(): Promise<void> {
    const observed = await this.#observe();
    if (this.#phase === 'terminated') return await this.#finish(observed);
    if (this.#isEnding()) return await this.#terminate(observed);
    this.#services.probes.sync(this.#pod, observed);
    const status = this.#publish(observed, false);
    if (isTerminalPhase(status.phase)) return await this.#terminate(observed);
    if (this.#checkDeadline(status)) return;
    const plan = planPod({ pod: this.#pod, observed, probes: this.#services.probes });
    if (plan.finished) return await this.#terminate(observed);
    await this.#freshenVolumes(observed);
    if (await this.#resizer.resize(this.#pod, observed)) this.#dirty = true;
    if (await this.#starter.carryOut(this.#pod, observed, plan, this.#abort.signal)) this.#dirty = true;
    else await pruneContainers(this.#services, this.#sandboxes, observed);
  }

  async #observe(): Promise<ObservedPod> {
    const { uid, name, namespace } = this.#pod.metadata;
    return await this.#services.observer.observe(uid, name, namespace);
  }

  #publish(observed: ObservedPod, terminal: boolean): PodStatus {
    this.#unreported = false;
    const { statuses, probes, node, runtimeName, clock } = this.#services;
    const pod = this.#pod;
    const previous = statuses.get(pod.metadata.uid) ?? pod.status ?? {};
    const status = podStatusOf({
      pod,
      observed,
      previous,
      waiting: this.#retries.reasons,
      readiness: probes,
      hostIPs: node.hostIPs,
      runtimeName,
      now: clock.now(),
      terminal,
      verdict: this.#verdict,
    });
    if (!this.#removed) statuses.set(pod, status);
    return status;
  }

  /** True when the pod has run for as long as it may. */
  #checkDeadline({ startTime }: PodStatus): boolean {
    const { activeDeadlineSeconds } = this.#pod.spec;
    if (activeDeadlineSeconds === undefined || !startTime) return false;
    const { clock } = this.#services;
    const left = Date.parse(startTime) + activeDeadlineSeconds * 1000 - clock.now();
    if (left <= 0) {
      this.#services.events.normal(this.#pod, 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline');
      this.end({ reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' });
      return true;
    }
    this.#deadline?.[Symbol.dispose]();
    this.#deadline = clock.after(left, () => this.kick());
    return false;
  }

  /** New content for volumes of containers that already run. */
  async #freshenVolumes(observed: ObservedPod): Promise<void> {
    if (!this.#volumesStale || observed.containers.length === 0) return;
    this.#volumesStale = false;
    await this.#starter.setUpVolumes(this.#pod, observed, this.#abort.signal);
  }

  async #terminate(observed: ObservedPod): Promise<void> {
    this.#phase = 'terminating';
    this.#deadline?.[Symbol.dispose]();
    const { probes, volumes, cgroups } = this.#services;
    await this.#terminator.stopAll(this.#pod, observed, this.#verdict?.grace ?? graceOf(this.#pod, observed));
    probes.remove(this.#pod.metadata.uid);
    const stopped = await this.#observe();
    this.#publish(stopped, true);
    await volumes.tearDown(this.#pod.metadata.uid);
    cgroups.remove(this.#pod);
    this.#phase = 'terminated';
    await this.#finish(stopped);
  }

  /** A stopped pod stays, with its logs, until it is deleted from the API. */
  async #finish(observed: ObservedPod): Promise<void> {
    const { metadata } = this.#pod;
    if (!this.#removed && metadata.deletionTimestamp === undefined) {
      this.#publish(observed, true);
      return;
    }
    await Promise.all([this.#sandboxes.removeAll(observed), this.#removed ? undefined : this.#services.statuses.flush(metadata.uid)]);
    if (!this.#removed && !isStaticPod(this.#pod)) await this.#deleteFromApi();
    this.#forget();
  }

  async #deleteFromApi(): Promise<void> {
    const { namespace, name, uid } = this.#pod.metadata;
    try {
      await this.#services.api.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  #forget(): void {
    const { uid } = this.#pod.metadata;
    const { statuses, images, crashes } = this.#services;
    this.#phase = 'gone';
    this.#dropTimers();
    statuses.forget(uid);
    images.forget(uid);
    crashes.forget(`${uid}/`);
    this.#onGone();
  }

  #dropTimers(): void {
    this.#timer?.[Symbol.dispose]();
    this.#deadline?.[Symbol.dispose]();
    this.#retries[Symbol.dispose]();
  }
}
