import { useEffect, useMemo, useState } from 'react';
import type { LogBuffer } from './log-buffer.ts';

/** The lines that match, and which of them is looked at. A new search begins at the newest match. */
export function useLogSearch(buffer: LogBuffer, needle: string, version: number) {
  const matches = useMemo(() => {
    void version;
    return buffer.search(needle);
  }, [buffer, needle, version]);
  const [current, setCurrent] = useState<number>();
  useEffect(() => {
    void needle;
    setCurrent(undefined);
  }, [needle]);
  const found = current === undefined ? -1 : matches.indexOf(current);
  const at = found < 0 ? matches.length - 1 : found;
  return {
    count: matches.length,
    at,
    /** Id of the line looked at, once somebody stepped to it. */
    current,
    step(by: 1 | -1) {
      if (matches.length === 0) return;
      const from = current === undefined && by === -1 ? matches.length : current === undefined ? -1 : at;
      setCurrent(matches[(from + by + matches.length) % matches.length]);
    },
  };
}
