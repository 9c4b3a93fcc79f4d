import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { EndpointSubset, Endpoints } from '../generated/core-v1.ts';
import { endpoints as type } from '../resources.ts';
import { endpointsRules } from '../validation/endpoints.ts';
import { ALL_VERBS } from '../verbs.ts';

/** Addresses shown before `+ N more...`. */
const SHOWN = 3;

export const endpoints = defineResource<Endpoints>({
  ...type,
  singular: 'endpoints',
  shortNames: ['ep'],
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.core.v1.Endpoints',
  defaults: (object) => {
    for (const { ports } of object.subsets ?? []) for (const port of ports ?? []) port.protocol ??= 'TCP';
  },
  rules: endpointsRules,
  columns: [nameColumn, text('Endpoints', ({ subsets }) => formatSubsets(subsets ?? [])), ageColumn],
});

function formatSubsets(subsets: readonly EndpointSubset[]): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length
      ? ports.flatMap(({ port }) => addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)))
      : addresses.map(({ ip }) => ip),
  );
  const more = all.length > SHOWN ? ` + ${all.length - SHOWN} more...` : '';
  return `${all.slice(0, SHOWN).join(',')}${more}`;
}
