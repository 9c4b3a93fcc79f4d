/** One family of the Prometheus text format. */
export class MetricFamily {
  readonly #name: string;
  readonly #lines: string[];

  constructor(name: string, type: 'counter' | 'gauge', help: string) {
    this.#name = name;
    this.#lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  }

  /** `at` in milliseconds. */
  add(labels: Record<string, string>, value: number, at?: number): this {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    const suffix = pairs.length > 0 ? `{${pairs.join(',')}}` : '';
    this.#lines.push(`${this.#name}${suffix} ${value}${at === undefined ? '' : ` ${Math.round(at)}`}`);
    return this;
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
