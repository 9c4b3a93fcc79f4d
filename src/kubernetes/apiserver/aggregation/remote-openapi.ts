import { describeError } from '../../../base/errors.ts';
import type { APIService } from '../../api/generated/apiregistration-v1.ts';
import { apiServices } from '../../api/resources.ts';
import { compareVersions } from '../discovery/catalog.ts';
import type { ServerCore } from '../extensions.ts';
import type { ForeignV2 } from '../openapi/merge-v2.ts';
import { filtered } from '../openapi/references-v2.ts';
import type { RemoteOpenApi } from '../openapi/remote.ts';
import type { RemoteDocuments } from './remote-documents.ts';
import { isAvailable, rootOf } from './remote-services.ts';

const REFRESH_MS = 60_000;
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60 * 60_000;

interface Specs {
  readonly apiService: APIService;
  /** As fetched, to see whether it is another. */
  readonly document: object | undefined;
  /** The paths of the APIService's group version alone. */
  readonly v2: ForeignV2 | undefined;
  /** Where the document of version 3 is, with its hash. */
  readonly v3: string | undefined;
}

interface V3Index {
  readonly paths?: Readonly<Record<string, { readonly serverRelativeURL?: string }>>;
}

/** The OpenAPI of the servers behind APIServices: fetched when they become available and every minute, gone when they are. */
export class RemoteSpecs {
  readonly #core: ServerCore;
  readonly #documents: RemoteDocuments;
  readonly #specs = new Map<string, Specs>();
  readonly #timers = new Map<string, Disposable>();
  #shown: RemoteOpenApi | undefined;

  constructor(core: ServerCore, documents: RemoteDocuments) {
    this.#core = core;
    this.#documents = documents;
  }

  /** The same object until any of it changes. */
  get openApi(): RemoteOpenApi {
    this.#shown ??= shownOf([...this.#specs.values()]);
    return this.#shown;
  }

  start(): void {
    const { store, signal } = this.#core;
    const watching = store.onChange(apiServices, (next, previous) => this.#changed(next, previous));
    signal.addEventListener('abort', () => {
      for (const resource of [watching, ...this.#timers.values()]) resource[Symbol.dispose]();
    });
    for (const apiService of store.list(apiServices)) this.#changed(apiService, undefined);
  }

  #changed(next: APIService | undefined, previous: APIService | undefined): void {
    if (!next?.spec.service) {
      if (previous?.spec.service) this.#drop(previous);
      return;
    }
    const became = isAvailable(next) && !(previous && isAvailable(previous));
    if (became || JSON.stringify(next.spec) !== JSON.stringify(previous?.spec))
      this.#fetchSoon(next.metadata.name ?? '', 0, FIRST_RETRY_MS);
  }

  #drop(apiService: APIService): void {
    const name = apiService.metadata.name ?? '';
    this.#timers.get(name)?.[Symbol.dispose]();
    this.#timers.delete(name);
    this.#documents.forget(apiService);
    if (this.#specs.delete(name)) this.#shown = undefined;
  }

  #fetchSoon(name: string, delay: number, retryMs: number): void {
    this.#timers.get(name)?.[Symbol.dispose]();
    this.#timers.set(
      name,
      this.#core.clock.after(delay, () => void this.#fetchNow(name, retryMs)),
    );
  }

  async #fetchNow(name: string, retryMs: number): Promise<void> {
    const { store, signal, log } = this.#core;
    const timer = this.#timers.get(name);
    const present = () => !signal.aborted && this.#timers.get(name) === timer;
    const apiService = store.get(apiServices, '', name);
    if (!apiService?.spec.service || signal.aborted) return;
    try {
      const specs = await this.#fetch(apiService);
      if (!present()) return;
      this.#keep(name, specs);
      this.#fetchSoon(name, REFRESH_MS, FIRST_RETRY_MS);
    } catch (error) {
      // What was fetched before stays: the server will be back.
      if (!present()) return;
      log.debug({ apiService: name, error: describeError(error) }, 'the OpenAPI of an APIService could not be fetched');
      this.#fetchSoon(name, retryMs, Math.min(retryMs * 2, LAST_RETRY_MS));
    }
  }

  async #fetch(apiService: APIService): Promise<Specs> {
    const { signal } = this.#core;
    const known = this.#specs.get(apiService.metadata.name ?? '');
    const document = await this.#documents.get(apiService, '/openapi/v2', signal);
    const index = (await this.#documents.get(apiService, '/openapi/v3', signal)) as V3Index | undefined;
    const root = `${rootOf(apiService)}/`;
    const same = known?.document === document;
    const v2 = same ? known?.v2 : document && filtered(document, (path) => path.startsWith(root));
    return { apiService, document, v2, v3: index?.paths?.[rootOf(apiService).slice(1)]?.serverRelativeURL };
  }

  #keep(name: string, specs: Specs): void {
    const known = this.#specs.get(name);
    this.#specs.set(name, specs);
    if (known?.document !== specs.document || known?.v3 !== specs.v3) this.#shown = undefined;
  }
}

/** Those of higher priority first: their definitions keep their names. */
function shownOf(all: readonly Specs[]): RemoteOpenApi {
  const ordered = all.toSorted(({ apiService: { spec: a } }, { apiService: { spec: b } }) => byPriority(a, b));
  return {
    v2: ordered.flatMap(({ v2 }) => (v2 ? [v2] : [])),
    v3: new Map(ordered.flatMap(({ apiService, v3 }) => (v3 ? [[rootOf(apiService).slice(1), v3] as const] : []))),
  };
}

function byPriority(a: APIService['spec'], b: APIService['spec']): number {
  const groups = b.groupPriorityMinimum - a.groupPriorityMinimum || ((a.group ?? '') < (b.group ?? '') ? -1 : 1);
  if (a.group !== b.group) return groups;
  return b.versionPriority - a.versionPriority || compareVersions(b.version ?? '', a.version ?? '');
}
