import { Counter, type Registry } from 'prom-client';
import { type CountTally, TallyCounter } from '../metrics/tally-counter.ts';
import type { Level } from './policy.ts';

/** Counts what is written down. */
export interface AuditMeter {
  /** A request was looked at, and so much of it is to be written down. */
  chosen(level: Level): void;
  /** An event went out. */
  written(): void;
  /** Events did not come where they should have. */
  lost(sink: 'log' | 'webhook', count: number): void;
}

/** Nobody wants to know. */
export const silentAuditMeter: AuditMeter = { chosen() {}, written() {}, lost() {} };

/** `apiserver_audit_*`. */
export function auditMeter(registry: Registry): AuditMeter {
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new TallyCounter({ name: `apiserver_audit_${name}`, help, labelNames, registers });
  const events = counter('event_total', 'Audit events.').of();
  const levels = counter('level_total', 'Requests, by how much of them is written down.', ['level']);
  const errors = counter('error_total', 'Audit events that were lost.', ['plugin']);
  // No request is refused because it cannot be written down.
  new Counter({
    name: 'apiserver_audit_requests_rejected_total',
    help: 'Requests refused because they could not be written down.',
    registers,
  });
  const known = new Map<Level, CountTally>();
  return {
    chosen(level) {
      const tally = known.get(level) ?? levels.of({ level });
      known.set(level, tally);
      tally.inc();
    },
    written: () => events.inc(),
    lost: (plugin, count) => errors.of({ plugin }).inc(count),
  };
}
