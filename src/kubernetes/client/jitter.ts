/** Up to a fifth more than `delay`, so that many waiters do not come back at the same moment. */
export function jittered(delay: number): number {
  return delay * (1 + Math.random() * 0.2);
}
