import type { Service } from '../../api/generated/core-v1.ts';
import type { IPAddress } from '../../api/generated/networking-v1.ts';
import { familyOf } from './ip-range.ts';

export const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
const FAMILY = 'ipaddress.kubernetes.io/ip-family';
const ALLOCATOR = 'ipallocator.k8s.io';

/** The record that an address is a service's. */
export function ipAddressFor(address: string, { metadata: { namespace = '', name = '' } }: Service): IPAddress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: { name: address, labels: { [FAMILY]: familyOf(address), [MANAGED_BY]: ALLOCATOR } },
    spec: { parentRef: { group: '', resource: 'services', namespace, name } },
  };
}

/** Whether the record is the API server's own, and not of somebody who took the address for something else. */
export const isAllocators = ({ metadata }: IPAddress): boolean => metadata.labels?.[MANAGED_BY] === ALLOCATOR;

export const hasRightLabels = (record: IPAddress): boolean =>
  isAllocators(record) && record.metadata.labels?.[FAMILY] === familyOf(record.metadata.name ?? '');

export const isOf = (record: IPAddress, { metadata }: Service): boolean =>
  isOfService(record) && record.spec.parentRef.namespace === metadata.namespace && record.spec.parentRef.name === metadata.name;

export const isOfService = ({ spec: { parentRef } }: IPAddress): boolean => !parentRef.group && parentRef.resource === 'services';
