import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { FlowSchema } from '../generated/flowcontrol-v1.ts';
import { flowSchemas as type } from '../resources.ts';
import { flowSchemaRules } from '../validation/flow-schema.ts';
import { ALL_VERBS } from '../verbs.ts';

const DEFAULT_PRECEDENCE = 1000;

export const flowSchemas = defineResource<FlowSchema>({
  ...type,
  singular: 'flowschema',
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.flowcontrol.v1.FlowSchema',
  defaults: ({ spec }) => {
    if (spec && !spec.matchingPrecedence) spec.matchingPrecedence = DEFAULT_PRECEDENCE;
  },
  rules: flowSchemaRules,
  columns: [
    nameColumn,
    text('PriorityLevel', ({ spec }) => spec?.priorityLevelConfiguration?.name ?? ''),
    text('MatchingPrecedence', ({ spec }) => spec?.matchingPrecedence ?? 0),
    text('DistinguisherMethod', ({ spec }) => spec?.distinguisherMethod?.type ?? '<none>'),
    ageColumn,
    text('MissingPL', ({ status }) => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?'),
  ],
});
