import type { Clock } from '../../../base/clock.ts';
import type { ResourceClaim } from '../../api/generated/resource-v1.ts';
import { resourceClaims } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { Informer } from '../../client/informer.ts';
import { keyOf } from '../../machinery/meta.ts';

/** Devices that take longer are taken for broken. */
const PATIENCE = 600_000;

/** What the conditions of a claim's devices say: all are there, some are awaited, or one can never be had. */
export type Readiness = 'ready' | 'waiting' | { readonly failure: string };

export function readinessOf({ status }: ResourceClaim): Readiness {
  let readiness: Readiness = 'ready';
  for (const result of status?.allocation?.devices?.results ?? []) {
    const { driver, pool, device, shareID, bindingConditions = [], bindingFailureConditions = [] } = result;
    const told = status?.devices?.find(
      (each) => each.driver === driver && each.pool === pool && each.device === device && each.shareID === shareID,
    );
    const holds = (type: string): boolean => told?.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;
    const failure = bindingFailureConditions.find(holds);
    if (failure) return { failure: `device ${driver}/${pool}/${device}: ${failure}` };
    if (!bindingConditions.every(holds)) readiness = 'waiting';
  }
  return readiness;
}

interface Waiting {
  readonly claims: Informer<ResourceClaim>;
  readonly clock: Clock;
}

/** Waits until the devices of a claim can be used; throws where they cannot, or not in time. */
export async function untilReady(key: string, { claims, clock }: Waiting, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    const claim = claims.get(key);
    // One that was written just now is seen in a moment.
    if (!claim?.status?.allocation) return;
    const readiness = readinessOf(claim);
    if (readiness === 'ready') resolve();
    else if (readiness !== 'waiting') reject(new Error(`claim ${key} failed: ${readiness.failure}`));
  };
  using _handler = claims.onChange(({ next, previous }) => {
    if (keyOf((next ?? previous)!) === key) look();
  });
  using _timer = clock.after(PATIENCE, () => reject(new Error(`claim ${key}: timed out waiting for the conditions of its devices`)));
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    look();
    await promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Gives back the devices of a claim that never got ready, so that the pod can get others. */
export async function giveBack(
  { metadata: { namespace, name = '' } }: ResourceClaim,
  podUid: string,
  api: Pick<ApiClient, 'get' | 'updateStatus'>,
  signal: AbortSignal,
): Promise<void> {
  const claim = await api.get(resourceClaims, { namespace, name }, signal);
  const { allocation: _lost, reservedFor = [], ...rest } = claim.status ?? {};
  // Others use it already: they know what they have.
  if (reservedFor.some(({ uid }) => uid !== podUid)) return;
  await api.updateStatus(resourceClaims, { ...claim, status: rest }, {}, signal);
}
