import type { History, HistoryQuery } from './history-api.ts';
import type { MinuteStore } from './minute-store.ts';
import { RecentPoints } from './recent-points.ts';
import { type Point, type SeriesName, seriesKey, type Use } from './series.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/** A minute of which this much has passed is over: measurements of several nodes do not come at the same time. */
const SETTLED = 15;

/** A minute that is being averaged. */
interface Minute {
  at: number;
  count: number;
  cpu: number;
  memory: number;
}

interface Entry {
  series: SeriesName;
  recent: RecentPoints;
  current: Minute;
  previous: Minute | undefined;
}

/** Measurements of the last hour as they came, and of the last day by minutes. */
export class HistoryStore {
  readonly #minutes: MinuteStore;
  readonly #step: number;
  readonly #entries = new Map<string, Entry>();
  #flushed = 0;

  /** `step`: seconds between two measurements. */
  constructor(minutes: MinuteStore, step: number) {
    this.#minutes = minutes;
    this.#step = step;
  }

  add(series: SeriesName, at: number, use: Use): void {
    const key = seriesKey(series);
    const entry = this.#entries.get(key) ?? this.#makeEntry(key, series);
    entry.recent.add(at, use);
    const minute = Math.floor(at / MINUTE) * MINUTE;
    if (minute > entry.current.at) {
      entry.previous = entry.current;
      entry.current = { at: minute, count: 0, cpu: 0, memory: 0 };
    }
    entry.current.count++;
    entry.current.cpu += use.cpu;
    entry.current.memory += use.memory;
  }

  /** Writes the minute that has passed, once; forgets what is too old. `now` in seconds. */
  flush(now: number): void {
    const over = Math.floor((now - SETTLED) / MINUTE) * MINUTE - MINUTE;
    if (over <= this.#flushed) return;
    this.#flushed = over;
    const averages = [...this.#entries.values()].flatMap(({ series, current, previous }): [SeriesName, Use][] => {
      const minute = current.at === over ? current : previous;
      return minute?.at === over ? [[series, { cpu: minute.cpu / minute.count, memory: minute.memory / minute.count }]] : [];
    });
    if (averages.length > 0) this.#minutes.add(over, averages);
    if (over % HOUR === 0) this.#minutes.prune(now - DAY);
    for (const [key, { recent }] of this.#entries) if (recent.newest < now - HOUR) this.#entries.delete(key);
  }

  query(query: HistoryQuery, now: number): History {
    const { kind, namespace = '', name, container = '', minutes = 60, since = 0 } = query;
    const history = this.#history({ kind, namespace, name, container }, minutes, since, now);
    // The only container of a pod has no series of its own.
    if (kind === 'container' && history.times.length === 0) return this.query({ ...query, kind: 'pod', container: '' }, now);
    return history;
  }

  #history(series: SeriesName, minutes: number, since: number, now: number): History {
    const from = Math.max(since + 1, now - Math.min(minutes * MINUTE, DAY));
    const recent = this.#entries.get(seriesKey(series))?.recent;
    if (from >= now - HOUR) {
      const points = [...(recent?.since(from) ?? [])];
      // After a restart the last hour is known by minutes only, up to where measuring began again.
      const start = points[0]?.at ?? now;
      const before = start - from > 2 * MINUTE ? this.#minutes.since(series, from).filter(({ at }) => at < start - MINUTE) : [];
      return columns([...spread(before, this.#step), ...points], this.#step);
    }
    const stored = this.#minutes.since(series, Math.floor(from / MINUTE) * MINUTE);
    const last = stored.at(-1)?.at ?? 0;
    return columns([...stored, ...perMinute(recent?.since(Math.max(from, last + MINUTE)) ?? [])], MINUTE);
  }

  #makeEntry(key: string, series: SeriesName): Entry {
    const current = { at: 0, count: 0, cpu: 0, memory: 0 };
    const entry: Entry = { series, recent: new RecentPoints(HOUR / this.#step, this.#step), current, previous: undefined };
    this.#entries.set(key, entry);
    return entry;
  }
}

/** Minutes as points of a finer step, each holding for its whole minute. */
function spread(minutes: readonly Point[], step: number): Point[] {
  return minutes.flatMap((point) => Array.from({ length: MINUTE / step }, (_, index) => ({ ...point, at: point.at + index * step })));
}

function perMinute(points: Iterable<Point>): Point[] {
  const byMinute = new Map<number, Point[]>();
  for (const point of points) {
    const minute = Math.floor(point.at / MINUTE) * MINUTE;
    byMinute.set(minute, [...(byMinute.get(minute) ?? []), point]);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...byMinute].map(([at, group]) => ({
    at,
    cpu: mean(group.map(({ cpu }) => cpu)),
    memory: mean(group.map(({ memory }) => memory)),
  }));
}

/** Points on a regular grid from the first to the last, nulls where there is none. */
function columns(points: readonly Point[], step: number): History {
  const history: History = { step, times: [], cpu: [], memory: [] };
  let next: number | undefined;
  for (const { at, cpu, memory } of points) {
    const slot = Math.floor(at / step) * step;
    for (next ??= slot; next < slot; next += step) push(history, next, null, null);
    if (slot < next) continue;
    push(history, slot, round(cpu, 1e6), Math.round(memory));
    next = slot + step;
  }
  return history;
}

const round = (value: number, scale: number) => Math.round(value * scale) / scale;

function push({ times, cpu, memory }: History, at: number, cores: number | null, bytes: number | null): void {
  times.push(at);
  cpu.push(cores);
  memory.push(bytes);
}
