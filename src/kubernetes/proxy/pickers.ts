import { createHash } from 'node:crypto';
import type { Backend } from './endpoint-selection.ts';
import type { Fragment } from './fragment.ts';
import { type EndpointMap, pickerName, WITH_PORTS } from './static-rules.ts';

/**
 * The chain that sends a connection to one of `count` endpoints by lot. It is the same for all services with as many
 * endpoints; which endpoints they are stands in the map.
 */
export function randomPicker(fragment: Fragment, map: EndpointMap, count: number): string {
  fragment.largestDraw = Math.max(fragment.largestDraw, count);
  return pickerName(map, count);
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
