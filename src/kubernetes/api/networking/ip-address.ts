import { nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { IPAddress } from '../generated/networking-v1.ts';
import { ipAddresses as type } from '../resources.ts';
import { ipAddressRules } from '../validation/ip-address.ts';
import { ALL_VERBS } from '../verbs.ts';

/** The record that an address is taken; the name is the address. */
export const ipAddresses = defineResource<IPAddress>({
  ...type,
  singular: 'ipaddress',
  shortNames: ['ip'],
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.networking.v1.IPAddress',
  nameRule: 'ipAddress',
  metadataOnUpdate: ['whole', 'update'],
  rules: ipAddressRules,
  columns: [nameColumn, text('ParentRef', parentOf)],
});

/** `services/ns/name`, `gateways.example.com/name`. */
function parentOf({ spec }: IPAddress): string {
  if (!spec?.parentRef) return '<none>';
  const { group, resource, namespace, name } = spec.parentRef;
  return [group ? `${resource}.${group}` : resource, ...(namespace ? [namespace] : []), name].join('/');
}
