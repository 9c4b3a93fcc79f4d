import { Counter, Gauge, type Registry } from 'prom-client';
import type { PriorityLevel, Refusal } from './priority-level.ts';

/** Is told what happens to requests. */
export interface FairnessMeter {
  dispatched(level: string, schema: string): void;
  rejected(level: string, schema: string, reason: Refusal): void;
}

export const silentMeter: FairnessMeter = { dispatched() {}, rejected() {} };

/** `apiserver_flowcontrol_*`. */
export function fairnessMeter(registry: Registry, levels: () => ReadonlyMap<string, PriorityLevel>): FairnessMeter {
  const registers = [registry];
  const dispatched = new Counter({
    name: 'apiserver_flowcontrol_dispatched_requests_total',
    help: 'Requests that were given a seat.',
    labelNames: ['priority_level', 'flow_schema'],
    registers,
  });
  const rejected = new Counter({
    name: 'apiserver_flowcontrol_rejected_requests_total',
    help: 'Requests that were refused.',
    labelNames: ['priority_level', 'flow_schema', 'reason'],
    registers,
  });
  const gauge = (name: string, help: string, value: (level: PriorityLevel) => number) => {
    const made: Gauge<'priority_level'> = new Gauge({
      name: `apiserver_flowcontrol_${name}`,
      help,
      labelNames: ['priority_level'],
      registers,
      collect() {
        made.reset();
        for (const [level, seats] of levels()) made.set({ priority_level: level }, value(seats));
      },
    });
  };
  gauge('nominal_limit_seats', 'Seats of the level by its shares.', ({ limits }) => limits.seats);
  gauge('current_limit_seats', 'Seats of the level now.', ({ limits }) => limits.seats);
  gauge('current_executing_requests', 'Requests with a seat.', ({ executing }) => executing);
  gauge('current_executing_seats', 'Seats taken.', ({ executing }) => executing);
  gauge('current_inqueue_requests', 'Requests waiting for a seat.', ({ waiting }) => waiting);
  const meters = new Map<string, Counter.Internal>();
  return {
    dispatched(level, schema) {
      const key = `${level} ${schema}`;
      const meter = meters.get(key) ?? dispatched.labels({ priority_level: level, flow_schema: schema });
      meters.set(key, meter);
      meter.inc();
    },
    rejected: (level, schema, reason) => rejected.inc({ priority_level: level, flow_schema: schema, reason }),
  };
}
