/** One line of a container's log file: `<RFC 3339 nano> <stdout|stderr> <P|F>[:tags] <content>`. */
export interface LogLine {
  time: string;
  stream: 'stdout' | 'stderr';
  /** The runtime cut a long line here; the next entry goes on. */
  partial: boolean;
  content: Buffer;
}

const SPACE = 0x20;

/** Parses a line without its line feed; undefined for what no runtime wrote. */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  if (first < 0 || second < 0) return undefined;
  const third = line.indexOf(SPACE, second + 1);
  const end = third < 0 ? line.length : third;
  const stream = line.toString('latin1', first + 1, second);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const partial = line
    .toString('latin1', second + 1, end)
    .split(':')
    .includes('P');
  return { time: line.toString('latin1', 0, first), stream, partial, content: line.subarray(Math.min(line.length, end + 1)) };
}
