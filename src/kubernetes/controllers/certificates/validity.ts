/** Clocks disagree: a certificate holds from a little before it is made. */
const BACKDATE = 5 * 60_000;
/** Below this, the time before counts for nothing. */
const SHORT = 8 * 3_600_000;
const SHORTEST = 10 * 60_000;
/** A year. */
export const DEFAULT_SIGNING_DURATION = 8760 * 3_600_000;

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** From when to when a certificate holds: as long as asked for, no longer than is signed for, nor than the authority itself. */
export function validityOf(
  requestedSeconds: number | undefined,
  { longest, authorityEnd, now }: { longest: number; authorityEnd: number; now: number },
): Validity {
  const requested = requestedSeconds === undefined ? longest : Math.max(requestedSeconds * 1000, SHORTEST);
  const duration = Math.min(requested, longest);
  const end = now + (duration < SHORT ? duration : duration - BACKDATE);
  if (now >= authorityEnd) throw new Error(`the signer has expired: NotAfter=${new Date(authorityEnd).toISOString()}`);
  return { notBefore: new Date(now - BACKDATE), notAfter: new Date(Math.min(end, authorityEnd)) };
}
