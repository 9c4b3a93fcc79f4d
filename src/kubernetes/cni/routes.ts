import type { Node } from '../api/generated/core-v1.ts';

/** A way to the pods of another node. */
export interface Route {
  destination: string;
  gateway: string;
}

/** Marks our routes in the kernel's table, so that nobody else's is ever touched. */
export const ROUTE_PROTOCOL = 83;

export function internalAddress(node: Node): string | undefined {
  return node.status?.addresses?.find(({ type, address }) => type === 'InternalIP' && address.includes('.'))?.address;
}

/** One route for every other node that has both pods' addresses and an address of its own. */
export function routesTo(nodes: Iterable<Node>, self: string): Route[] {
  const routes: Route[] = [];
  for (const node of nodes) {
    const gateway = internalAddress(node);
    const destination = node.spec?.podCIDR;
    if (node.metadata.name !== self && gateway && destination) routes.push({ destination, gateway });
  }
  return routes;
}

/** Lines for `ip -batch` that turn the routes there are into the wanted ones. */
export function routeCommands(present: readonly Route[], wanted: readonly Route[]): string[] {
  const gateways = new Map(present.map(({ destination, gateway }) => [destination, gateway]));
  const keep = new Set(wanted.map(({ destination }) => destination));
  return [
    ...wanted
      .filter(({ destination, gateway }) => gateways.get(destination) !== gateway)
      .map(({ destination, gateway }) => `route replace ${destination} via ${gateway} proto ${ROUTE_PROTOCOL}`),
    ...present
      .filter(({ destination }) => !keep.has(destination))
      .map(({ destination }) => `route del ${destination} proto ${ROUTE_PROTOCOL}`),
  ];
}

/** Reads the answer of `ip -json route show proto 83`. */
export function parseRoutes(json: string): Route[] {
  const rows = JSON.parse(json.trim() || '[]') as { dst?: string; gateway?: string }[];
  return rows.flatMap(({ dst, gateway }) => (dst && gateway ? [{ destination: dst, gateway }] : []));
}
