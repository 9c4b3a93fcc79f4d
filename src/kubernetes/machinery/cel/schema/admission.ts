/** The types of what admission expressions are given besides objects: `request` and `namespaceObject`. */

import { firstOf, type StructProvider } from '../environment.ts';
import { boolType, type CelType, dynType, intType, listOf, mapOf, stringType, structType, timestampType } from '../types/type.ts';
import { recordType } from './lazy.ts';

type FieldTypes = Readonly<Record<string, CelType>>;

const RECORDS: Readonly<Record<string, FieldTypes>> = {
  'kubernetes.GroupVersionKind': { group: stringType, version: stringType, kind: stringType },
  'kubernetes.GroupVersionResource': { group: stringType, version: stringType, resource: stringType },
  'kubernetes.UserInfo': {
    username: stringType,
    uid: stringType,
    groups: listOf(stringType),
    extra: mapOf(stringType, listOf(stringType)),
  },
  'kubernetes.AdmissionRequest': {
    kind: structType('kubernetes.GroupVersionKind'),
    resource: structType('kubernetes.GroupVersionResource'),
    subResource: stringType,
    requestKind: structType('kubernetes.GroupVersionKind'),
    requestResource: structType('kubernetes.GroupVersionResource'),
    requestSubResource: stringType,
    name: stringType,
    namespace: stringType,
    operation: stringType,
    userInfo: structType('kubernetes.UserInfo'),
    dryRun: boolType,
    options: dynType,
  },
  'kubernetes.NamespaceMetadata': {
    name: stringType,
    generateName: stringType,
    namespace: stringType,
    labels: mapOf(stringType, stringType),
    annotations: mapOf(stringType, stringType),
    UID: stringType,
    creationTimestamp: timestampType,
    deletionGracePeriodSeconds: intType,
    deletionTimestamp: timestampType,
    generation: intType,
    resourceVersion: stringType,
    finalizers: listOf(stringType),
  },
  'kubernetes.NamespaceSpec': { finalizers: listOf(stringType) },
  'kubernetes.NamespaceCondition': {
    status: stringType,
    type: stringType,
    lastTransitionTime: timestampType,
    message: stringType,
    reason: stringType,
  },
  'kubernetes.NamespaceStatus': { conditions: listOf(structType('kubernetes.NamespaceCondition')), phase: stringType },
  'kubernetes.Namespace': {
    metadata: structType('kubernetes.NamespaceMetadata'),
    spec: structType('kubernetes.NamespaceSpec'),
    status: structType('kubernetes.NamespaceStatus'),
  },
};

export const admissionRequestType = structType('kubernetes.AdmissionRequest');
export const namespaceType = structType('kubernetes.Namespace');

/** Knows the two types and those of their fields. Their data is read as it comes. */
export const admissionTypes: StructProvider = Object.entries(RECORDS)
  .map(([name, fields]) => recordType(name, new Map(Object.entries(fields))))
  .reduce((all, record) => firstOf(record, all));
