import { Histogram, type HistogramConfiguration } from 'prom-client';

/** Counts values by size. Cheap enough for every request, and for values that hold for a while: those weigh more. */
export class Tally {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: number[];
  readonly #bounds: readonly number[];
  sum = 0;

  constructor(labels: Readonly<Record<string, string>>, bounds: readonly number[]) {
    this.labels = labels;
    this.counts = new Array(bounds.length + 1).fill(0);
    this.#bounds = bounds;
  }

  observe(value: number, weight = 1): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] as number)) bucket++;
    this.counts[bucket] = (this.counts[bucket] as number) + weight;
    this.sum += value * weight;
  }
}

/** A histogram whose labels are looked up once. */
export class TallyHistogram extends Histogram<string> {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #tallies = new Map<string, Tally>();

  constructor(configuration: HistogramConfiguration<string> & { readonly buckets: number[] }) {
    super(configuration);
    this.#name = configuration.name;
    this.#help = configuration.help;
    this.#bounds = configuration.buckets;
  }

  of(labels: Readonly<Record<string, string>>): Tally {
    const key = Object.values(labels).join('\0');
    const tally = this.#tallies.get(key) ?? new Tally(labels, this.#bounds);
    this.#tallies.set(key, tally);
    return tally;
  }

  /** What the registry shows; it would ask for its own form otherwise. */
  getForPromString(): ReturnType<Histogram<string>['get']> {
    return this.get();
  }

  override async get(): ReturnType<Histogram<string>['get']> {
    const values = [...this.#tallies.values()].flatMap((tally) => this.#valuesOf(tally));
    return { name: this.#name, help: this.#help, type: 'histogram' as never, values, aggregator: 'sum', collect() {} };
  }

  #valuesOf({ labels, counts, sum }: Tally) {
    let count = 0;
    const buckets = counts.map((one, index) => {
      count += one;
      return { metricName: `${this.#name}_bucket`, labels: { ...labels, le: String(this.#bounds[index] ?? '+Inf') }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels, value: sum },
      { metricName: `${this.#name}_count`, labels, value: count },
    ];
  }
}
