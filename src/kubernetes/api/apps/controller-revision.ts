import type { FieldError } from '../../machinery/field-error.ts';
import { immutable, invalidValue } from '../../machinery/validation/faults.ts';
import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { ControllerRevision } from '../generated/apps-v1.ts';
import { controllerRevisions as type } from '../resources.ts';
import { sameValue } from '../validation/equal.ts';
import { ALL_VERBS } from '../verbs.ts';

export const controllerRevisions = defineResource<ControllerRevision>({
  ...type,
  singular: 'controllerrevision',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.apps.v1.ControllerRevision',
  rules: controllerRevisionRules,
  columns: [nameColumn, text('Controller', controllerOf), text('Revision', ({ revision }) => revision ?? 0), ageColumn],
});

function* controllerRevisionRules(next: ControllerRevision, previous?: ControllerRevision): Iterable<FieldError> {
  if ((next.revision ?? 0) < 0) yield invalidValue('revision', next.revision, 'must be greater than or equal to 0');
  if (previous && !sameValue(next.data, previous.data)) yield immutable('data', next.data);
}

function controllerOf({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return '<none>';
  const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.slice(0, owner.apiVersion.indexOf('/'))}` : '';
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}
