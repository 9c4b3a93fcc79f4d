import { Counter, Gauge, type Registry } from 'prom-client';
import { TallyHistogram } from '../metrics/tally-histogram.ts';
import { FlowMeter, type FlowTallies } from './flow-meter.ts';
import type { LevelQueue } from './level-queue.ts';
import type { PriorityLevel } from './priority-level.ts';
import { EXPECTED_MS } from './visit.ts';

const WAITS = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const LENGTHS = [0, 10, 25, 50, 100, 250, 500, 1000];
const WATCHES = [0, 1, 10, 100, 1000, 10000];
const SEATS = [1, 2, 4, 10];
const FRACTIONS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
const REQUEST_FRACTIONS = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 1];
const DEMANDS = [0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.7, 2, 3, 6, 10];
const NANOSECONDS = 1e6;

/** What the metrics show. */
export interface FairnessState {
  readonly levels: Iterable<PriorityLevel>;
  readonly flows: Iterable<FlowMeter>;
  readonly fairFraction: number;
  /** Seats that each level was meant to get when they were last divided. */
  readonly targets: ReadonlyMap<string, number>;
}

/** Makes the meters of `apiserver_flowcontrol_*`. */
export interface FairnessMeters {
  flow(level: string, schema: string): FlowMeter;
  /** Hears how long a level was as it is. */
  sample(level: PriorityLevel): (elapsedMs: number) => void;
}

export const silentMeters: FairnessMeters = { flow: (level, schema) => new FlowMeter(level, schema), sample: () => () => {} };

export function fairnessMeters(registry: Registry, state: FairnessState): FairnessMeters {
  flowGauges(registry, state);
  levelGauges(registry, state);
  const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) =>
    new TallyHistogram({ name: `apiserver_flowcontrol_${name}`, help, labelNames, buckets, registers: [registry] });
  const both = ['priority_level', 'flow_schema'];
  const lengths = histogram('request_queue_length_after_enqueue', 'How long queues were with each request that came.', both, LENGTHS);
  const waits = histogram('request_wait_duration_seconds', 'How long requests waited.', [...both, 'execute'], WAITS);
  const durations = histogram('request_execution_seconds', 'How long requests had their seats.', [...both, 'type'], WAITS);
  const seats = histogram('work_estimated_seats', 'Seats that requests were given.', both, SEATS);
  const watches = histogram('watch_count_samples', 'Watchers of what requests write.', both, WATCHES);
  const level = ['priority_level'];
  const seatUse = histogram('priority_level_seat_utilization', 'Seats taken, over time.', [...level, 'phase'], FRACTIONS);
  const requestUse = histogram(
    'priority_level_request_utilization',
    'Requests that wait or are answered, over time.',
    ['phase', ...level],
    REQUEST_FRACTIONS,
  );
  const demand = histogram('demand_seats', 'Seats taken or waited for, over time.', level, DEMANDS);
  return {
    flow(priority_level, flow_schema) {
      const labels = { priority_level, flow_schema };
      const tallies: FlowTallies = {
        queueLength: lengths.of(labels),
        waited: waits.of({ ...labels, execute: 'true' }),
        gaveUp: waits.of({ ...labels, execute: 'false' }),
        executed: durations.of({ ...labels, type: 'regular' }),
        executedWatches: durations.of({ ...labels, type: 'watch' }),
        seats: seats.of(labels),
        watches: watches.of(labels),
      };
      return new FlowMeter(priority_level, flow_schema, tallies);
    },
    sample(shown) {
      const priority_level = shown.name;
      const seat = seatUse.of({ priority_level, phase: 'executing' });
      const executing = requestUse.of({ phase: 'executing', priority_level });
      const waiting = requestUse.of({ phase: 'waiting', priority_level });
      const wanted = demand.of({ priority_level });
      return (elapsedMs) => {
        const weight = elapsedMs * NANOSECONDS;
        const { limits, queuing } = shown;
        const all = Math.max(limits.nominal, 1);
        seat.observe(shown.seatsInUse / all, weight);
        executing.observe(shown.executing / all, weight);
        waiting.observe(shown.waiting / Math.max(1, (queuing?.queues ?? 1) * (queuing?.queueLengthLimit ?? 1)), weight);
        wanted.observe((shown.seatsInUse + shown.seatsWaiting) / all, weight);
      };
    },
  };
}

/** Numbers of each flow schema at its level. */
function flowGauges(registry: Registry, state: FairnessState): void {
  const registers = [registry];
  const labelNames = ['priority_level', 'flow_schema'];
  const labelsOf = ({ level, schema }: FlowMeter) => ({ priority_level: level, flow_schema: schema });
  const dispatched = new Counter({
    name: 'apiserver_flowcontrol_dispatched_requests_total',
    help: 'Requests that were given seats.',
    labelNames,
    registers,
    collect() {
      dispatched.reset();
      for (const flow of state.flows) if (flow.dispatched > 0) dispatched.inc(labelsOf(flow), flow.dispatched);
    },
  });
  const rejected = new Counter({
    name: 'apiserver_flowcontrol_rejected_requests_total',
    help: 'Requests that were refused.',
    labelNames: [...labelNames, 'reason'],
    registers,
    collect() {
      rejected.reset();
      for (const flow of state.flows) for (const [reason, count] of flow.rejected) rejected.inc({ ...labelsOf(flow), reason }, count);
    },
  });
  const gauge = (name: string, help: string, value: (flow: FlowMeter) => number) => {
    const made: Gauge = new Gauge({
      name: `apiserver_flowcontrol_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        made.reset();
        for (const flow of state.flows) made.set(labelsOf(flow), value(flow));
      },
    });
  };
  gauge('current_executing_requests', 'Requests with seats.', ({ executing }) => executing);
  gauge('current_executing_seats', 'Seats taken.', ({ executingSeats }) => executingSeats);
  gauge('current_inqueue_requests', 'Requests that wait.', ({ waitingRequests }) => waitingRequests);
  gauge('current_inqueue_seats', 'Seats waited for.', ({ waitingSeats }) => waitingSeats);
}

/** Numbers of each level. */
function levelGauges(registry: Registry, state: FairnessState): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: (level: PriorityLevel) => number | undefined) => {
    const made: Gauge = new Gauge({
      name: `apiserver_flowcontrol_${name}`,
      help,
      labelNames: ['priority_level'],
      registers,
      collect() {
        made.reset();
        for (const level of state.levels) made.set({ priority_level: level.name }, value(level) ?? 0);
      },
    });
  };
  gauge('nominal_limit_seats', 'Seats of the level by its shares.', ({ limits }) => limits.nominal);
  gauge('lower_limit_seats', 'Seats left to the level when it lends all it may.', ({ limits }) => limits.lower);
  gauge('upper_limit_seats', 'Seats of the level when it borrows all it may.', ({ limits }) => limits.upper);
  gauge('current_limit_seats', 'Seats of the level now.', ({ currentLimit }) => currentLimit);
  gauge('target_seats', 'Seats the level was meant to get.', ({ name }) => state.targets.get(name));
  gauge('demand_seats_high_watermark', 'Most seats wanted in the last period.', ({ demand }) => demand.last.highWatermark);
  gauge('demand_seats_average', 'Seats wanted in the last period, on average.', ({ demand }) => demand.last.average);
  gauge('demand_seats_stdev', 'Standard deviation of the seats wanted in the last period.', ({ demand }) => demand.last.deviation);
  gauge('demand_seats_smoothed', 'Seats wanted, smoothed over periods.', ({ demand }) => demand.last.smoothed);
  gauge('current_r', 'How far queues that always had work would have been served.', ({ progress }) => progress / 1000);
  gauge('dispatch_r', 'The same when a request was last let in.', ({ dispatchedAtProgress }) => dispatchedAtProgress / 1000);
  gauge('latest_s', 'Where the request began that was last let in.', ({ latestStart }) => latestStart / 1000);
  boundGauge(registry, state, 'next_s_bounds', ({ nextDispatch }) => nextDispatch);
  boundGauge(registry, state, 'next_discounted_s_bounds', ({ nextDispatch, seatsInUse }) => nextDispatch - seatsInUse * EXPECTED_MS);
  const fraction: Gauge = new Gauge({
    name: 'apiserver_flowcontrol_seat_fair_frac',
    help: 'What part of their targets levels got that no bound held back.',
    registers,
    collect: () => fraction.set(state.fairFraction),
  });
}

/** The least and the most of those queues of a level in which requests wait. */
function boundGauge(registry: Registry, state: FairnessState, name: string, value: (queue: LevelQueue) => number): void {
  const made: Gauge = new Gauge({
    name: `apiserver_flowcontrol_${name}`,
    help: 'Bounds of where the requests begin that are next in their queues.',
    labelNames: ['priority_level', 'bound'],
    registers: [registry],
    collect() {
      made.reset();
      for (const { name: priority_level, queues } of state.levels) {
        const values = queues.filter(({ waiting }) => waiting.length > 0).map((queue) => value(queue) / 1000);
        if (queues.length > 0) {
          made.set({ priority_level, bound: 'min' }, values.length > 0 ? Math.min(...values) : 0);
          made.set({ priority_level, bound: 'max' }, values.length > 0 ? Math.max(...values) : 0);
        }
      }
    },
  });
}
