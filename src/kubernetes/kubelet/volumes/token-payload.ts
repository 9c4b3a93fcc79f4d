import type { ServiceAccountTokenProjection } from '../../api/generated/core-v1.ts';
import type { BoundPod } from '../pods/pod.ts';
import { containersOf } from '../pods/pod.ts';
import type { Payload } from './atomic-writer.ts';
import type { VolumeRequest } from './plugin.ts';

const HOUR = 3600;
const OWNER_ONLY = 0o600;

/** One file with a fresh token, readable by no more users than need it. */
export async function tokenPayload(
  { pod, services, signal }: VolumeRequest,
  source: ServiceAccountTokenProjection,
  mode: number | undefined,
): Promise<Payload> {
  const token = await services.tokens.token(
    pod,
    { audience: source.audience || undefined, expirationSeconds: source.expirationSeconds ?? HOUR },
    signal,
  );
  const uid = commonUser(pod);
  const ownerOnly = pod.spec.securityContext?.fsGroup !== undefined || uid !== undefined;
  const file = { data: Buffer.from(token), mode: ownerOnly ? OWNER_ONLY : (mode ?? 0o644), uid };
  return new Map([[source.path, file]]);
}

/** The user that every container runs as, if the pod says so. */
function commonUser(pod: BoundPod): number | undefined {
  const shared = pod.spec.securityContext?.runAsUser;
  const users = new Set([...containersOf(pod)].map(({ container }) => container.securityContext?.runAsUser ?? shared));
  return users.size === 1 ? [...users][0] : undefined;
}
