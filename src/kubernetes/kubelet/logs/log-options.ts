export interface LogOptions {
  follow: boolean;
  previous: boolean;
  timestamps: boolean;
  /** Milliseconds; lines before are left out. */
  since: number | undefined;
  tailLines: number | undefined;
  limitBytes: number | undefined;
  stream: 'stdout' | 'stderr' | undefined;
}

/** The options of a log request; throws a sentence about the first that makes no sense. */
export function logOptions(query: URLSearchParams, now: number): LogOptions {
  const stream = query.get('stream');
  return {
    follow: query.get('follow') === 'true',
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    since: sinceOf(query, now),
    tailLines: numberOf(query, 'tailLines') ?? numberOf(query, 'tail'),
    limitBytes: numberOf(query, 'limitBytes'),
    stream: stream === 'Stdout' ? 'stdout' : stream === 'Stderr' ? 'stderr' : undefined,
  };
}

function sinceOf(query: URLSearchParams, now: number): number | undefined {
  const seconds = numberOf(query, 'sinceSeconds');
  if (seconds !== undefined) return now - seconds * 1000;
  const time = query.get('sinceTime');
  return time ? Date.parse(time) : undefined;
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`invalid ${name}: ${text}`);
  return value;
}
