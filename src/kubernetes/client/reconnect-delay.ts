const QUICK = 100;
/** About this many tries are quick: a server that starts or restarts is back within them, and everybody waits for it. */
const QUICK_TRIES = 30;
const MAX = 5_000;
const REFUSED_MAX = 15_000;

/** Milliseconds before trying again to reach a server after so many failures in a row, a little different each time. */
export function reconnectDelay(failures: number): number {
  return jittered(Math.min(QUICK * 2 ** Math.max(failures - QUICK_TRIES, 0), MAX));
}

/**
 * A server that has no such resource, or forbids it, is asked ever less often; quickly at first all the same, because
 * one that is just starting may not have read its roles yet.
 */
export function refusalDelay(failures: number): number {
  return jittered(Math.min(QUICK * 2 ** Math.min(failures, 10), REFUSED_MAX));
}

/** Up to a fifth more than `delay`, so that many waiters do not come back at the same moment. */
export function jittered(delay: number): number {
  return delay * (1 + Math.random() * 0.2);
}
