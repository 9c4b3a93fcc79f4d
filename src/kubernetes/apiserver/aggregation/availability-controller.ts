import { describeError } from '../../../base/errors.ts';
import type { APIService } from '../../api/generated/apiregistration-v1.ts';
import { apiServices, endpointSlices, services } from '../../api/resources.ts';
import { formatTime, type KubeObject } from '../../machinery/meta.ts';
import type { ServerCore } from '../extensions.ts';
import type { ApiResourceList, AvailabilityCheck, Outcome } from './availability-check.ts';
import { availability, isAvailable, type RemoteServices } from './remote-services.ts';

const RECHECK_MS = 30_000;
const RETRY_MS = 2_000;

/**
 * Keeps the Available condition of remote APIServices true to life, and their lists of resources for discovery. An
 * APIService is checked when it, its service or its endpoints change, and every half minute; failing ones more often.
 */
export class AvailabilityController {
  readonly #core: ServerCore;
  readonly #remote: RemoteServices;
  readonly #check: AvailabilityCheck;
  readonly #lost: (name: string, reason: string) => void;
  readonly #resources = new Map<string, ApiResourceList>();
  readonly #timers = new Map<string, Disposable>();
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();

  constructor(core: ServerCore, remote: RemoteServices, check: AvailabilityCheck, lost: (name: string, reason: string) => void) {
    this.#core = core;
    this.#remote = remote;
    this.#check = check;
    this.#lost = lost;
  }

  /** What the server behind an APIService last said that it serves. */
  resourcesOf(apiService: APIService): ApiResourceList | undefined {
    return this.#resources.get(apiService.metadata.name ?? '');
  }

  start(): void {
    const { store, signal } = this.#core;
    const subscriptions = [
      store.onChange(apiServices, (next, previous) => this.#apiServiceChanged(next, previous)),
      store.onChange(services, (next, previous) => this.#checkBehind(next ?? previous)),
      store.onChange(endpointSlices, (next, previous) => this.#checkBehind(next ?? previous, 'kubernetes.io/service-name')),
    ];
    signal.addEventListener('abort', () => {
      for (const resource of [...subscriptions, ...this.#timers.values()]) resource[Symbol.dispose]();
    });
    for (const apiService of this.#remote.all()) this.#checkSoon(apiService.metadata.name ?? '', 0);
  }

  #apiServiceChanged(next: APIService | undefined, previous: APIService | undefined): void {
    const name = next?.metadata.name ?? previous?.metadata.name ?? '';
    if (!next) this.#resources.delete(name);
    // Its own status is what checks write: only a changed spec asks for another.
    else if (next.spec.service && JSON.stringify(next.spec) !== JSON.stringify(previous?.spec)) this.#checkSoon(name, 0);
  }

  /** Checks the APIServices that a service, or something labelled with its name, belongs to. */
  #checkBehind(object: KubeObject | undefined, label?: string): void {
    const name = label ? object?.metadata.labels?.[label] : object?.metadata.name;
    for (const { metadata, spec } of this.#remote.all()) {
      if (spec.service?.name === name && spec.service?.namespace === object?.metadata.namespace) this.#checkSoon(metadata.name ?? '', 0);
    }
  }

  #checkSoon(name: string, delay: number): void {
    this.#timers.get(name)?.[Symbol.dispose]();
    this.#timers.set(
      name,
      this.#core.clock.after(delay, () => void this.#checkNow(name)),
    );
  }

  async #checkNow(name: string): Promise<void> {
    if (this.#running.has(name)) return void this.#again.add(name);
    this.#running.add(name);
    try {
      await this.#checkAndRecord(name);
    } catch (error) {
      if (!this.#core.signal.aborted)
        this.#core.log.warn({ apiService: name, error: describeError(error) }, 'availability of an APIService could not be recorded');
    } finally {
      this.#running.delete(name);
      if (this.#again.delete(name)) this.#checkSoon(name, 0);
    }
  }

  async #checkAndRecord(name: string): Promise<void> {
    const { store, signal } = this.#core;
    const apiService = store.get(apiServices, '', name);
    if (!apiService?.spec.service || signal.aborted) return;
    const outcome = await this.#check.run(apiService, signal);
    if (signal.aborted) return;
    if (outcome.resources) this.#resources.set(name, outcome.resources);
    if (isAvailable(apiService) && outcome.status === 'False') this.#lost(name, outcome.reason);
    if (!says(apiService, outcome)) await store.changeStatus(apiServices, '', name, (current) => this.#withCondition(current, outcome));
    this.#checkSoon(name, outcome.status === 'True' ? RECHECK_MS : RETRY_MS);
  }

  #withCondition(apiService: APIService, { status, reason, message }: Outcome): APIService {
    const before = availability(apiService);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : formatTime(this.#core.clock.now());
    const available = { type: 'Available', status, ...(lastTransitionTime ? { lastTransitionTime } : {}), reason, message };
    const present = apiService.status?.conditions ?? [];
    const conditions = before ? present.map((one) => (one === before ? available : one)) : [...present, available];
    return { ...apiService, status: { ...apiService.status, conditions } };
  }
}

function says(apiService: APIService, { status, reason, message }: Outcome): boolean {
  const said = availability(apiService);
  return said?.status === status && said.reason === reason && said.message === message;
}
