import { formatTime } from '../../machinery/meta.ts';
import { isKnownFormat } from '../../machinery/structural/formats.ts';
import { type JsonSchema, someSchema } from '../../machinery/structural/json-schema.ts';
import { createdAtColumn, nameColumn } from '../columns.ts';
import { defineResource } from '../define.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionStatus,
} from '../generated/apiextensions-v1.ts';
import { customResourceDefinitions as type } from '../resources.ts';
import { customResourceDefinitionRules, customResourceDefinitionStatusRules } from '../validation/custom-resource-definition/rules.ts';
import { ALL_VERBS } from '../verbs.ts';
import { withCondition } from './conditions.ts';

/** Holds a deleted definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export const customResourceDefinitions = defineResource<CustomResourceDefinition>({
  ...type,
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  anyFinalizer: true,
  metadataOnUpdate: ['update'],
  defaults: defaultDefinition,
  rules: customResourceDefinitionRules,
  statusRules: customResourceDefinitionStatusRules,
  prepareCreate: (definition) => {
    definition.status = withStorageVersion(definition.spec, { acceptedNames: { plural: '', kind: '' } });
  },
  prepareUpdate: (next) => {
    next.status = withStorageVersion(next.spec, next.status ?? {});
  },
  beginDeletion,
  warnings: formatWarnings,
  columns: [nameColumn, createdAtColumn],
});

/** Deleted definitions first wait for their objects. */
function beginDeletion(definition: CustomResourceDefinition, now: number): CustomResourceDefinition {
  const { metadata } = definition;
  const finalizers = metadata.finalizers ?? [];
  const waiting = finalizers.includes(CLEANUP_FINALIZER) ? finalizers : [...finalizers, CLEANUP_FINALIZER];
  const marked = { ...definition, metadata: { ...metadata, deletionTimestamp: formatTime(now), finalizers: waiting } };
  const message = 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon';
  return withCondition(marked, { type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending', message }, now);
}

function defaultDefinition(definition: CustomResourceDefinition): void {
  const { spec } = definition;
  if (!spec) return;
  const { names } = spec;
  if (names) {
    if (!names.singular) names.singular = (names.kind ?? '').toLowerCase();
    if (!names.listKind && names.kind) names.listKind = `${names.kind}List`;
  }
  spec.conversion ??= { strategy: 'None' };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
  if (!definition.status?.storedVersions?.length) definition.status = withStorageVersion(spec, definition.status ?? {});
}

/** Remembers every version that objects were ever stored in: there may be objects that still are. */
function withStorageVersion(
  spec: CustomResourceDefinitionSpec | undefined,
  status: CustomResourceDefinitionStatus,
): CustomResourceDefinitionStatus {
  const version = spec?.versions?.find((candidate) => candidate?.storage);
  const stored = status.storedVersions ?? [];
  const name = version?.name ?? '';
  return version && !stored.includes(name) ? { ...status, storedVersions: [...stored, name] } : status;
}

/** Formats that no value is checked against. */
function* formatWarnings(next: CustomResourceDefinition, previous?: CustomResourceDefinition): Iterable<string> {
  const before = previous ? unknownFormats(previous.spec) : [];
  for (const format of unknownFormats(next.spec)) if (!before.includes(format)) yield `unrecognized format ${JSON.stringify(format)}`;
}

function unknownFormats(spec: CustomResourceDefinitionSpec): string[] {
  const found: string[] = [];
  for (const { schema } of spec.versions ?? []) {
    someSchema(schema?.openAPIV3Schema as JsonSchema | undefined, ({ format, type: of }) => {
      if (format && !isKnownFormat(format, of)) found.push(format);
      return false;
    });
  }
  return found;
}
