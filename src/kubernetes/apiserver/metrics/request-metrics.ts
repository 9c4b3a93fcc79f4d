import { exponentialBuckets, Gauge, linearBuckets, type Registry } from 'prom-client';
import { groupResource } from '../../machinery/resource.ts';
import type { RequestObserver } from '../extensions.ts';
import { isLongRunning } from '../http/long-running.ts';
import type { RequestContext, RequestInfo } from '../request.ts';
import { type CountTally, TallyCounter } from './tally-counter.ts';
import { type Tally, TallyHistogram } from './tally-histogram.ts';

const DURATIONS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const ABOUT = ['group', 'version', 'resource', 'subresource', 'scope'];
const EVENT_LABELS = ['group', 'version', 'resource'];
const CHECKED_VERBS = new Set(['create', 'update', 'patch']);
const FIELD_VALIDATIONS = new Set(['Ignore', 'Warn', 'Strict']);

/** The meters of one kind of request: looked up once, so that counting a request costs next to nothing. */
interface Meters {
  readonly total: CountTally;
  readonly duration: Tally;
  readonly sli: Tally;
  /** Of reads alone. */
  readonly answers: Tally | undefined;
  readonly bodies: Tally;
  /** Of writes alone, by what the client wants of unknown fields. */
  readonly checked: ((validation: string | null) => Tally) | undefined;
}

/** `apiserver_request_total` and its like. */
export class RequestMetrics implements RequestObserver {
  readonly #total: TallyCounter;
  readonly #duration: TallyHistogram;
  readonly #sli: TallyHistogram;
  readonly #answers: TallyHistogram;
  readonly #bodies: TallyHistogram;
  readonly #checked: TallyHistogram;
  readonly #events: TallyCounter;
  readonly #eventSizes: TallyHistogram;
  readonly #terminations: TallyCounter;
  readonly #aborts: TallyCounter;
  readonly #inflight: Gauge<'request_kind'>;
  readonly #longRunning: Gauge;
  readonly #meters = new Map<string, Meters>();
  readonly #now = { mutating: 0, readOnly: 0 };

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = (name: string, help: string, labelNames: string[]) => new TallyCounter({ name, help, labelNames, registers });
    const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) =>
      new TallyHistogram({ name, help, labelNames, buckets, registers });
    const labels = ['verb', 'dry_run', ...ABOUT, 'component'];
    const sliLabels = ['verb', ...ABOUT, 'component'];
    this.#total = counter('apiserver_request_total', 'Requests by verb, what they are about and how they ended.', [...labels, 'code']);
    this.#duration = histogram('apiserver_request_duration_seconds', 'How long answering took.', labels, DURATIONS);
    this.#sli = histogram(
      'apiserver_request_sli_duration_seconds',
      'How long answering took, without what runs long.',
      sliLabels,
      DURATIONS.slice(2),
    );
    this.#answers = histogram(
      'apiserver_response_sizes',
      'How large answers to reads were, in bytes.',
      sliLabels,
      exponentialBuckets(1000, 10, 7),
    );
    this.#bodies = histogram(
      'apiserver_request_body_size_bytes',
      'How large the bodies of requests were.',
      ['resource', 'verb'],
      linearBuckets(50_000, 100_000, 31),
    );
    this.#checked = histogram(
      'field_validation_request_duration_seconds',
      'How long writes took, by what is done about unknown fields.',
      ['field_validation'],
      DURATIONS.slice(2),
    );
    this.#events = counter('apiserver_watch_events_total', 'Events sent to watchers.', EVENT_LABELS);
    this.#eventSizes = histogram(
      'apiserver_watch_events_sizes',
      'How large the events sent to watchers were, in bytes.',
      EVENT_LABELS,
      exponentialBuckets(1024, 2, 8),
    );
    this.#terminations = counter('apiserver_request_terminations_total', 'Requests that the server ended to protect itself.', [
      ...sliLabels,
      'code',
    ]);
    this.#aborts = counter('apiserver_request_aborts_total', 'Answers that were broken off.', ['verb', ...ABOUT]);
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
      labelNames: sliLabels,
      registers,
    });
  }

  started(request: RequestContext): void {
    const { info } = request;
    if (info.verb === 'watch') request.eventSent = this.#eventMeter(info);
    if (isLongRunning(info)) this.#longRunning.inc(labelsOf(info));
    else this.#now[kindOf(request)]++;
  }

  finished(request: RequestContext, code: number, durationMs: number): void {
    const { total, duration, sli, answers, bodies, checked } = this.#metersOf(request, code);
    total.inc();
    if (isLongRunning(request.info)) {
      this.#longRunning.dec(labelsOf(request.info));
      return;
    }
    this.#now[kindOf(request)]--;
    const seconds = durationMs / 1000;
    duration.observe(seconds);
    sli.observe(seconds);
    if (request.sentBytes !== undefined) answers?.observe(request.sentBytes);
    if (request.bodyBytes !== undefined) bodies.observe(request.bodyBytes);
    checked?.(request.query.get('fieldValidation')).observe(seconds);
  }

  terminated({ info }: RequestContext, code: number): void {
    this.#terminations.of({ ...labelsOf(info), code: String(code) }).inc();
  }

  aborted({ info }: RequestContext): void {
    const { component: _, ...labels } = labelsOf(info);
    this.#aborts.of(labels).inc();
  }

  #eventMeter({ group, version, resource }: RequestInfo): (bytes: number) => void {
    const labels = { group, version, resource };
    const [total, sizes] = [this.#events.of(labels), this.#eventSizes.of(labels)];
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
    const { verb, ...about } = labelsOf(info);
    const labels = { verb, dry_run: dryRun, ...about };
    const reads = info.verb === 'get' || info.verb === 'list';
    const made: Meters = {
      total: this.#total.of({ ...labels, code: String(code) }),
      duration: this.#duration.of(labels),
      sli: this.#sli.of({ verb, ...about }),
      answers: reads ? this.#answers.of({ verb, ...about }) : undefined,
      bodies: this.#bodies.of({ resource: groupResource({ group: about.group, plural: about.resource }), verb: info.verb }),
      checked: info.isResourceRequest && CHECKED_VERBS.has(info.verb) ? (asked) => this.#checkedOf(asked) : undefined,
    };
    // Made-up paths must not fill the memory.
    if (this.#meters.size < 10_000) this.#meters.set(key, made);
    return made;
  }

  #checkedOf(asked: string | null): Tally {
    return this.#checked.of({ field_validation: asked === null || FIELD_VALIDATIONS.has(asked) ? (asked ?? '') : 'invalid' });
  }
}

function labelsOf(info: RequestInfo) {
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
