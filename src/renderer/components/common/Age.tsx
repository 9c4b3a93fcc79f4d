import { useSyncExternalStore } from 'react';
import { formatAge, formatTime } from '../../kube/format.ts';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all ages on the screen: they tick together and only while some are shown. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of [...listeners]) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** How long ago something was, ticking. Only text changes, and only when it reads differently. */
export function Age({ since }: { since: string | null | undefined }) {
  const text = useSyncExternalStore(subscribe, () => (since ? formatAge(Math.max(now, Date.parse(since)) - Date.parse(since)) : ''));
  return since ? (
    <time dateTime={since} title={formatTime(since)} className="num">
      {text}
    </time>
  ) : null;
}
