import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../generated/discovery-v1.ts';
import { endpointSlices as type } from '../resources.ts';
import { endpointSliceRules } from '../validation/endpoint-slice.ts';
import { sameValue } from '../validation/equal.ts';
import { ALL_VERBS } from '../verbs.ts';

/** Ports and addresses shown before `+ N more...`. */
const SHOWN = 3;

export const endpointSlices = defineResource<EndpointSlice>({
  ...type,
  singular: 'endpointslice',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.discovery.v1.EndpointSlice',
  generation: true,
  metadataOnUpdate: ['whole'],
  defaults: defaultEndpointSlice,
  rules: endpointSliceRules,
  prepareCreate: ({ endpoints }) => dropTopology(endpoints),
  prepareUpdate: (next, previous) => {
    if (!sameContent(next, previous)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
    if (!sameTopology(next, previous)) dropTopology(next.endpoints);
  },
  columns: [
    nameColumn,
    text('AddressType', ({ addressType }) => addressType ?? ''),
    text('Ports', ({ ports }) => formatPorts(ports)),
    text('Endpoints', ({ endpoints }) => formatEndpoints(endpoints ?? [])),
    ageColumn,
  ],
});

function defaultEndpointSlice({ ports }: EndpointSlice): void {
  for (const port of ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}

const cut = (items: readonly string[]): string =>
  items.slice(0, SHOWN).join(',') + (items.length > SHOWN ? ` + ${items.length - SHOWN} more...` : '');

function formatPorts(ports: readonly EndpointPort[] | null | undefined): string {
  if (!ports?.length) return '<unset>';
  return cut(ports.map(({ port, name }) => (port === undefined ? (name ? `${name}` : '*') : String(port))));
}

const formatEndpoints = (endpoints: readonly Endpoint[]): string => cut(endpoints.flatMap(({ addresses }) => addresses ?? [])) || '<unset>';

/** The topology map is from an earlier version of the API: kept where it is, never taken. */
function dropTopology(endpoints: readonly Endpoint[] | null | undefined): void {
  for (const endpoint of endpoints ?? []) delete endpoint.deprecatedTopology;
}

function sameTopology(next: EndpointSlice, previous: EndpointSlice): boolean {
  const of = ({ endpoints }: EndpointSlice) => (endpoints ?? []).map(({ deprecatedTopology }) => deprecatedTopology ?? {});
  return sameValue(of(next), of(previous));
}

function sameContent(next: EndpointSlice, previous: EndpointSlice): boolean {
  const content = ({ addressType, endpoints, ports, metadata }: EndpointSlice) => ({
    addressType,
    endpoints,
    ports,
    labels: metadata.labels,
  });
  return sameValue(content(next), content(previous));
}
