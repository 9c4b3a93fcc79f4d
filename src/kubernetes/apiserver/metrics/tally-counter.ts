import { Counter, type CounterConfiguration } from 'prom-client';

/** One count of a counter. */
export class CountTally {
  readonly labels: Readonly<Record<string, string>>;
  value = 0;

  constructor(labels: Readonly<Record<string, string>>) {
    this.labels = labels;
  }

  inc(by = 1): void {
    this.value += by;
  }
}

/** A counter whose labels are looked up once: counting is then an addition. */
export class TallyCounter extends Counter<string> {
  readonly #name: string;
  readonly #help: string;
  readonly #tallies = new Map<string, CountTally>();

  constructor(configuration: CounterConfiguration<string>) {
    super(configuration);
    this.#name = configuration.name;
    this.#help = configuration.help;
  }

  of(labels: Readonly<Record<string, string>> = {}): CountTally {
    const key = Object.values(labels).join('\0');
    const tally = this.#tallies.get(key) ?? new CountTally(labels);
    this.#tallies.set(key, tally);
    return tally;
  }

  override async get(): ReturnType<Counter<string>['get']> {
    const values = [...this.#tallies.values()].map(({ labels, value }) => ({ labels, value }));
    return { name: this.#name, help: this.#help, type: 'counter' as never, values, aggregator: 'sum', collect() {} };
  }
}
