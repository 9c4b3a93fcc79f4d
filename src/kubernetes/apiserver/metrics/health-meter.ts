import { Counter, Gauge, Registry } from 'prom-client';

/** What `/metrics/slis` shows: how every check of the health paths went. */
export class HealthMeter {
  readonly registry = new Registry();
  readonly #latest: Gauge<'name' | 'type'>;
  readonly #total: Counter<'name' | 'status' | 'type'>;

  constructor() {
    const registers = [this.registry];
    this.#latest = new Gauge({
      name: 'kubernetes_healthcheck',
      help: 'How a check went the last time.',
      labelNames: ['name', 'type'],
      registers,
    });
    this.#total = new Counter({
      name: 'kubernetes_healthchecks_total',
      help: 'How checks went, counted.',
      labelNames: ['name', 'status', 'type'],
      registers,
    });
  }

  /** `type` is the health path: `livez`. */
  record(type: string, name: string, ok: boolean): void {
    this.#latest.set({ name, type }, ok ? 1 : 0);
    this.#total.inc({ name, status: ok ? 'success' : 'error', type });
  }
}
