import { describeError } from '../../../../base/errors.ts';
import { isTrue } from '../../../api/apiextensions/conditions.ts';
import type { APIService } from '../../../api/generated/apiregistration-v1.ts';
import { apiServices, customResourceDefinitions } from '../../../api/resources.ts';
import { isAlreadyExists, isNotFound } from '../../../machinery/status.ts';
import type { ServerCore } from '../../extensions.ts';

const LABEL = 'kube-aggregator.kubernetes.io/automanaged';
const RETRY_MS = 1_000;
const GROUP_PRIORITY = 1000;
const VERSION_PRIORITY = 100;

/** Keeps an APIService for every group and version of which a custom resource is served. */
export class ApiServicesController {
  readonly #core: ServerCore;
  #running = false;
  #again = false;

  constructor(core: ServerCore) {
    this.#core = core;
  }

  start(): void {
    const { store, signal } = this.#core;
    const subscription = store.onChange(customResourceDefinitions, () => this.#look());
    signal.addEventListener('abort', () => subscription[Symbol.dispose](), { once: true });
    this.#look();
  }

  #look(): void {
    this.#again = true;
    if (!this.#running) void this.#work();
  }

  async #work(): Promise<void> {
    const { clock, log, signal } = this.#core;
    this.#running = true;
    try {
      while (this.#again && !signal.aborted) {
        this.#again = false;
        await this.#sync();
      }
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ error: describeError(error) }, 'APIServices of custom resources could not be kept');
      clock.after(RETRY_MS, () => this.#look());
    } finally {
      this.#running = false;
    }
  }

  async #sync(): Promise<void> {
    const { store } = this.#core;
    if (!store.serves(apiServices)) return;
    const wanted = this.#wanted();
    for (const [name, service] of wanted) if (!store.get(apiServices, '', name)) await this.#create(service);
    for (const { metadata } of store.list(apiServices)) {
      const name = metadata.name ?? '';
      if (metadata.labels?.[LABEL] === 'true' && !wanted.has(name)) await this.#delete(name);
    }
  }

  #wanted(): Map<string, APIService> {
    const established = this.#core.store.list(customResourceDefinitions).filter((crd) => isTrue(crd, 'Established'));
    const versions = established.flatMap(({ spec: { group, versions: all } }) =>
      all.filter(({ served }) => served).map(({ name }) => apiService(group, name)),
    );
    return new Map(versions.map((service) => [service.metadata.name ?? '', service]));
  }

  async #create(service: APIService): Promise<void> {
    try {
      await this.#core.store.create(apiServices, service);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  async #delete(name: string): Promise<void> {
    try {
      await this.#core.store.delete(apiServices, '', name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

function apiService(group: string, version: string): APIService {
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${version}.${group}`, labels: { [LABEL]: 'true' } },
    spec: { group, version, groupPriorityMinimum: GROUP_PRIORITY, versionPriority: VERSION_PRIORITY },
  };
}
