import type { Service } from '../api/generated/core-v1.ts';
import type { EndpointSlice } from '../api/generated/discovery-v1.ts';
import { type Place, selectBackends } from './endpoint-selection.ts';
import { frontendsOf, isProxied } from './frontends.ts';

/** A UDP service port as the kernel's connection table sees it. */
export interface Flow {
  /** Absent for node ports, which are on every address. */
  ip?: string;
  port: number;
  backends: readonly string[];
}

/** The UDP flows of a service, by frontend. UDP has no end of connection: the kernel remembers a choice until told. */
export function udpFlows(service: Service, slices: readonly EndpointSlice[], place: Place): Map<string, Flow> {
  const flows = new Map<string, Flow>();
  if (!isProxied(service)) return flows;
  for (const port of service.spec.ports ?? []) {
    if (port.protocol !== 'UDP') continue;
    const { cluster, local } = selectBackends(service, port, slices, place);
    const backends = [...new Set([...cluster, ...local].map(({ ip }) => ip))];
    for (const frontend of frontendsOf(service, port)) {
      const flow = frontend.kind === 'node' ? { port: frontend.port, backends } : { ip: frontend.ip, port: frontend.port, backends };
      flows.set(`${flow.ip ?? '*'}:${flow.port}`, flow);
    }
  }
  return flows;
}

/**
 * Arguments for `conntrack` that forget flows which would now go wrong: to endpoints that are gone, and, where the
 * first endpoint has come, those that were let through untranslated before.
 */
export function staleFlows(before: ReadonlyMap<string, Flow>, now: ReadonlyMap<string, Flow>): string[][] {
  const commands: string[][] = [];
  for (const [name, flow] of new Map([...before, ...now])) {
    const had = before.get(name)?.backends ?? [];
    const has = now.get(name)?.backends ?? [];
    const frontend = ['-D', '-f', 'ipv4', '-p', 'udp', ...(flow.ip ? ['--orig-dst', flow.ip] : []), '--orig-port-dst', String(flow.port)];
    for (const gone of had.filter((ip) => !has.includes(ip))) commands.push([...frontend, '--dst-nat', gone]);
    if (had.length === 0 && has.length > 0) commands.push(frontend);
  }
  return commands;
}
