import { createHash } from 'node:crypto';
import type { Backend } from './endpoint-selection.ts';
import type { Fragment } from './fragment.ts';
import type { SetName } from './static-rules.ts';

/** Protocols with ports; the translation has to know that there is one. */
const WITH_PORTS = 'meta l4proto { tcp, udp, sctp }';

const FRONTEND = 'ip daddr . meta l4proto . th dport';
const NODE_PORT = 'meta l4proto . th dport';

/** The maps of endpoints: one for each way of addressing a service and each choice of endpoints. */
export type EndpointMap = Extract<SetName, `${string}endpoints`>;

/**
 * A chain that sends a connection to one of `count` endpoints by lot. Its rule is the same for all services with as
 * many endpoints; which endpoints they are stands in the map.
 */
export function addRandomPicker(fragment: Fragment, map: EndpointMap, count: number): string {
  const name = `pick-${map}-${count}`;
  const key = map.startsWith('node-port') ? NODE_PORT : FRONTEND;
  fragment.chains.set(name, [`${WITH_PORTS} dnat ip to ${key} . numgen random mod ${count} map @${map}`]);
  return name;
}

/**
 * A chain that sends a client to the endpoint it had before, within `seconds`, or to one by lot. Sets and chains are
 * named by service port and endpoint, so that clients stay where they are while other endpoints come and go.
 */
export function addStickyPicker(
  fragment: Fragment,
  servicePort: string,
  suffix: string,
  backends: readonly Backend[],
  seconds: number,
): string {
  const targets = backends.map((backend) => addStickyTarget(fragment, servicePort, backend, seconds));
  const name = `sticky-${digest(servicePort)}-${suffix}`;
  fragment.chains.set(name, [
    ...targets.map((target) => `ip saddr @${target} goto ${target}`),
    `numgen random mod ${targets.length} vmap { ${targets.map((target, index) => `${index} : goto ${target}`).join(', ')} }`,
  ]);
  return name;
}

function addStickyTarget(fragment: Fragment, servicePort: string, { ip, port }: Backend, seconds: number): string {
  const name = `client-${digest(`${servicePort} ${seconds} ${ip}:${port}`)}`;
  fragment.dynamicSets.set(name, `type ipv4_addr; flags dynamic,timeout; timeout ${seconds}s`);
  fragment.chains.set(name, [`update @${name} { ip saddr }`, `${WITH_PORTS} dnat to ${ip}:${port}`]);
  return name;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
