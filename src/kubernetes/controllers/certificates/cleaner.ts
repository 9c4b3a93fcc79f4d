import { X509Certificate } from 'node:crypto';
import type { CertificateSigningRequest } from '../../api/generated/certificates-v1.ts';
import { certificateSigningRequests } from '../../api/resources.ts';
import { isConflict, isNotFound } from '../../machinery/status.ts';
import { defineController, done } from '../framework/controller.ts';

const HOUR = 3_600_000;
/** How long requests are kept after they were decided on; longer where nobody has acted yet. */
const DECIDED = HOUR;
const WAITING = 24 * HOUR;

/** Deletes requests for certificates that are over, or that nobody has cared for in a day. */
export const certificateCleaner = defineController({
  name: 'certificatesigningrequest-cleaner',
  primary: certificateSigningRequests,

  async reconcile(name, { cache, api, clock }, signal) {
    const request = cache.get(certificateSigningRequests, name);
    if (!request || request.metadata.deletionTimestamp) return done;
    const left = endOf(request) - clock.now();
    if (left > 0) return Number.isFinite(left) ? { after: left } : done;
    const preconditions = { uid: request.metadata.uid };
    try {
      await api.delete(certificateSigningRequests, { name }, { preconditions }, signal);
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    return done;
  },
});

/** When a request may go; in all eternity where nothing says so. */
export function endOf({ metadata, status }: CertificateSigningRequest): number {
  const { conditions = [], certificate } = status ?? {};
  if (conditions.length === 0) return Date.parse(metadata.creationTimestamp ?? '') + WAITING;
  const ends = conditions.map(({ type, lastUpdateTime }) => {
    const at = Date.parse(lastUpdateTime ?? '');
    if (type === 'Denied' || type === 'Failed') return at + DECIDED;
    return type === 'Approved' ? Math.min(at + (certificate ? DECIDED : WAITING), expiryOf(certificate)) : Number.NaN;
  });
  return Math.min(...ends.filter((end) => !Number.isNaN(end)));
}

function expiryOf(certificate: string | undefined): number {
  if (!certificate) return Number.POSITIVE_INFINITY;
  try {
    return new X509Certificate(atob(certificate)).validToDate.getTime();
  } catch {
    // What other signers write may be nothing that can be read here.
    return Number.POSITIVE_INFINITY;
  }
}
