/** Units in nanoseconds, by their short names and by how their long names begin. */
const UNITS: readonly (readonly [names: readonly string[], start: string, nanos: bigint])[] = [
  [['ns'], 'nano', 1n],
  [['us', 'µs'], 'micro', 1_000n],
  [['ms'], 'milli', 1_000_000n],
  [['s'], 'sec', 1_000_000_000n],
  [['m'], 'min', 60_000_000_000n],
  [['h', 'hr'], 'hour', 3_600_000_000_000n],
  [['d'], 'day', 86_400_000_000_000n],
  [['w', 'wk'], 'week', 604_800_000_000_000n],
];

/**
 * A duration in words, `3 days 2 hours`, in nanoseconds; undefined where there is none in the text. Whatever else is in
 * the text does not matter, as the API has always taken it.
 */
export function nanosOfWords(text: string): bigint | undefined {
  let nanos: bigint | undefined;
  for (const [, count = '0', word = ''] of text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)) {
    const unit = word.toLowerCase();
    const known = UNITS.find(([names, start]) => names.includes(unit) || unit.startsWith(start));
    if (known) nanos = (nanos ?? 0n) + BigInt(count) * known[2];
  }
  return nanos;
}
