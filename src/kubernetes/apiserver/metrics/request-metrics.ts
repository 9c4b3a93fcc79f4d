import { Counter, exponentialBuckets, Gauge, Histogram, type Registry } from 'prom-client';
import type { RequestObserver } from '../extensions.ts';
import { isLongRunning } from '../http/long-running.ts';
import type { RequestContext, RequestInfo } from '../request.ts';

const DURATIONS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const REQUEST_LABELS = ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component', 'code'] as const;
const DURATION_LABELS = ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component'] as const;
const SLI_LABELS = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'] as const;
const EVENT_LABELS = ['group', 'version', 'resource'] as const;

/** The meters of one kind of request: looked up once, so that counting a request costs next to nothing. */
interface Meters {
  readonly total: Counter.Internal;
  readonly duration: Histogram.Internal<(typeof DURATION_LABELS)[number]>;
  readonly sli: Histogram.Internal<(typeof SLI_LABELS)[number]>;
}

/** `apiserver_request_total` and its like. */
export class RequestMetrics implements RequestObserver {
  readonly #total: Counter<(typeof REQUEST_LABELS)[number]>;
  readonly #duration: Histogram<(typeof DURATION_LABELS)[number]>;
  readonly #sli: Histogram<(typeof SLI_LABELS)[number]>;
  readonly #events: Counter<(typeof EVENT_LABELS)[number]>;
  readonly #eventSizes: Histogram<(typeof EVENT_LABELS)[number]>;
  readonly #inflight: Gauge<'request_kind'>;
  readonly #longRunning: Gauge<'verb' | 'group' | 'version' | 'resource' | 'subresource' | 'scope' | 'component'>;
  readonly #meters = new Map<string, Meters>();
  readonly #now = { mutating: 0, readOnly: 0 };

  constructor(registry: Registry) {
    const registers = [registry];
    this.#total = new Counter({
      name: 'apiserver_request_total',
      help: 'Requests by verb, what they are about and how they ended.',
      labelNames: REQUEST_LABELS,
      registers,
    });
    this.#duration = new Histogram({
      name: 'apiserver_request_duration_seconds',
      help: 'How long answering took.',
      labelNames: DURATION_LABELS,
      buckets: DURATIONS,
      registers,
    });
    this.#sli = new Histogram({
      name: 'apiserver_request_sli_duration_seconds',
      help: 'How long answering took, without what runs long.',
      labelNames: SLI_LABELS,
      buckets: DURATIONS.slice(2),
      registers,
    });
    this.#events = new Counter({
      name: 'apiserver_watch_events_total',
      help: 'Events sent to watchers.',
      labelNames: EVENT_LABELS,
      registers,
    });
    this.#eventSizes = new Histogram({
      name: 'apiserver_watch_events_sizes',
      help: 'How large the events sent to watchers were, in bytes.',
      labelNames: EVENT_LABELS,
      buckets: exponentialBuckets(1024, 2, 8),
      registers,
    });
    this.#inflight = new Gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Requests being answered, apart from those that run long.',
      labelNames: ['request_kind'],
      registers,
      collect: () => {
        this.#inflight.set({ request_kind: 'mutating' }, this.#now.mutating);
        this.#inflight.set({ request_kind: 'readOnly' }, this.#now.readOnly);
      },
    });
    this.#longRunning = new Gauge({
      name: 'apiserver_longrunning_requests',
      help: 'Watches and streams under way.',
      labelNames: ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'],
      registers,
    });
  }

  started(request: RequestContext): void {
    const { info } = request;
    if (info.verb === 'watch') request.eventSent = this.#eventMeter(info);
    if (isLongRunning(info)) this.#longRunning.inc(longRunningLabels(info));
    else this.#now[kindOf(request)]++;
  }

  finished(request: RequestContext, code: number, durationMs: number): void {
    const { total, duration, sli } = this.#metersOf(request, code);
    total.inc();
    if (isLongRunning(request.info)) {
      this.#longRunning.dec(longRunningLabels(request.info));
      return;
    }
    this.#now[kindOf(request)]--;
    duration.observe(durationMs / 1000);
    sli.observe(durationMs / 1000);
  }

  #eventMeter({ group, version, resource }: RequestInfo): (bytes: number) => void {
    const labels = { group, version, resource };
    const [total, sizes] = [this.#events.labels(labels), this.#eventSizes.labels(labels)];
    return (bytes) => {
      total.inc();
      sizes.observe(bytes);
    };
  }

  #metersOf({ info, query }: RequestContext, code: number): Meters {
    const dryRun = query.has('dryRun') ? 'All' : '';
    const scope = scopeOf(info);
    const key = `${info.verb} ${dryRun} ${info.group} ${info.version} ${info.resource} ${info.subresource} ${scope} ${code}`;
    const known = this.#meters.get(key);
    if (known) return known;
    const labels = { verb: verbOf(info), dry_run: dryRun, ...partsOf(info), scope, component: 'apiserver' };
    const { dry_run: _, ...sliLabels } = labels;
    const made = {
      total: this.#total.labels({ ...labels, code: String(code) }),
      duration: this.#duration.labels(labels),
      sli: this.#sli.labels(sliLabels),
    };
    // Made-up paths must not fill the memory.
    if (this.#meters.size < 10_000) this.#meters.set(key, made);
    return made;
  }
}

function longRunningLabels(info: RequestInfo) {
  return { verb: verbOf(info), ...partsOf(info), scope: scopeOf(info), component: 'apiserver' };
}

function partsOf({ isResourceRequest, group, version, resource, subresource, path }: RequestInfo) {
  // Of other paths only the first part is counted apart: the rest is the client's invention.
  return isResourceRequest
    ? { group, version, resource, subresource }
    : { group: '', version: '', resource: '', subresource: `/${path.split('/')[1] ?? ''}` };
}

function verbOf({ verb }: RequestInfo): string {
  const VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT' };
  return VERBS[verb] ?? verb.toUpperCase();
}

function scopeOf({ isResourceRequest, name, namespace }: RequestInfo): string {
  if (!isResourceRequest) return '';
  return name !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster';
}

function kindOf({ method }: RequestContext): 'mutating' | 'readOnly' {
  return method === 'GET' || method === 'HEAD' ? 'readOnly' : 'mutating';
}
