import { Counter, Gauge, type Registry } from 'prom-client';

/** A value with what it is of. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/** A counter that others keep, read when somebody asks. */
export function readCounter(registry: Registry, { name, help, labelNames = [] }: Family, read: () => Iterable<Sample>): void {
  const made: Counter<string> = new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      made.reset();
      for (const [labels, value] of read()) made.inc({ ...labels }, value);
    },
  });
}

/** A gauge that shows what is when somebody asks; what is no more is not shown. */
export function readGauge(registry: Registry, { name, help, labelNames = [] }: Family, read: () => Iterable<Sample>): void {
  const made: Gauge<string> = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      made.reset();
      for (const [labels, value] of read()) made.set({ ...labels }, value);
    },
  });
}
