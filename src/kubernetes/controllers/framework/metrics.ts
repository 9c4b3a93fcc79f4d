/** How often reconciles ran and how long they took, per controller. */
export interface ControllerMetrics {
  reconciled(controller: string, result: 'success' | 'error', milliseconds: number): void;
}

interface Counts {
  success: number;
  error: number;
  milliseconds: number;
}

/** Counts in memory and prints them in the Prometheus text format, under controller-runtime's names. */
export class ReconcileCounters implements ControllerMetrics {
  readonly #counts = new Map<string, Counts>();

  reconciled(controller: string, result: 'success' | 'error', milliseconds: number): void {
    const counts = this.#counts.get(controller) ?? { success: 0, error: 0, milliseconds: 0 };
    this.#counts.set(controller, counts);
    counts[result] += 1;
    counts.milliseconds += milliseconds;
  }

  text(): string {
    const lines = ['# TYPE controller_runtime_reconcile_total counter'];
    for (const [controller, counts] of this.#counts) {
      for (const result of ['success', 'error'] as const) {
        lines.push(`controller_runtime_reconcile_total{controller="${controller}",result="${result}"} ${counts[result]}`);
      }
    }
    lines.push('# TYPE controller_runtime_reconcile_time_seconds_sum counter');
    for (const [controller, { milliseconds }] of this.#counts) {
      lines.push(`controller_runtime_reconcile_time_seconds_sum{controller="${controller}"} ${milliseconds / 1000}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
