import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { describeError } from '../../../base/errors.ts';
import type { Lease } from '../../api/generated/coordination-v1.ts';
import { leases } from '../../api/resources.ts';
import { formatMicroTime } from '../../machinery/meta.ts';
import type { ServerCore, StartHook } from '../extensions.ts';
import { createMissing } from './create-missing.ts';

const NAMESPACE = 'kube-system';
const COMPONENT_LABEL = 'apiserver.kubernetes.io/identity';
const COMPONENT = 'kube-apiserver';
const DURATION_SECONDS = 3600;
const RENEW_MS = 10_000;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Tells which API servers there are: a lease for each, renewed while it runs. Those of servers long gone are removed. */
export const identityLeaseHook: StartHook = {
  name: 'start-kube-apiserver-identity-lease-controller',
  async run(core) {
    if (!core.store.serves(leases)) return;
    const name = serverName(hostname());
    const holder = `${name}_${randomUUID()}`;
    await renew(core, name, holder);
    await removeExpired(core);
    renewLater(core, name, holder);
  },
};

/** The same for every start on one host, and no telling which host. */
export function serverName(host: string): string {
  return `apiserver-${base32(createHash('sha256').update(host).digest().subarray(0, 16))}`;
}

function renewLater(core: ServerCore, name: string, holder: string): void {
  const timer = core.clock.after(RENEW_MS, () => {
    core.signal.removeEventListener('abort', stop);
    renew(core, name, holder)
      .catch((error: unknown) => core.log.warn({ error: describeError(error) }, "the server's own lease was not renewed"))
      .finally(() => {
        if (!core.signal.aborted) renewLater(core, name, holder);
      });
  });
  const stop = () => timer[Symbol.dispose]();
  core.signal.addEventListener('abort', stop, { once: true });
}

async function renew({ store, clock }: ServerCore, name: string, holderIdentity: string): Promise<void> {
  const now = formatMicroTime(clock.now());
  const lease: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: NAMESPACE, labels: { [COMPONENT_LABEL]: COMPONENT, 'kubernetes.io/hostname': hostname() } },
    spec: { holderIdentity, leaseDurationSeconds: DURATION_SECONDS, acquireTime: now, renewTime: now },
  };
  await createMissing(store, leases, [lease], (existing) => ({
    ...existing,
    metadata: { ...existing.metadata, labels: { ...existing.metadata.labels, ...lease.metadata.labels } },
    spec: existing.spec?.holderIdentity === holderIdentity ? { ...existing.spec, renewTime: now } : { ...existing.spec, ...lease.spec },
  }));
}

async function removeExpired({ store, clock }: ServerCore): Promise<void> {
  const expired = store.list(leases, NAMESPACE).filter(({ metadata, spec }) => {
    const until = Date.parse(spec?.renewTime ?? '') + (spec?.leaseDurationSeconds ?? 0) * 1000;
    return metadata.labels?.[COMPONENT_LABEL] === COMPONENT && until < clock.now();
  });
  await Promise.all(expired.map(({ metadata }) => store.delete(leases, NAMESPACE, metadata.name ?? '').catch(() => {})));
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}
