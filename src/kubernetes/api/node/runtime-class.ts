import { ageColumn, nameColumn, text } from '../columns.ts';
import { roundResourceList } from '../core/resource-list.ts';
import { defineResource } from '../define.ts';
import type { RuntimeClass } from '../generated/node-v1.ts';
import { runtimeClasses as type } from '../resources.ts';
import { runtimeClassRules } from '../validation/runtime-class.ts';
import { ALL_VERBS } from '../verbs.ts';

export const runtimeClasses = defineResource<RuntimeClass>({
  ...type,
  singular: 'runtimeclass',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.node.v1.RuntimeClass',
  anyFinalizer: true,
  defaults: ({ overhead }) => roundResourceList(overhead?.podFixed),
  rules: runtimeClassRules,
  columns: [nameColumn, text('Handler', ({ handler }) => handler ?? ''), ageColumn],
});
