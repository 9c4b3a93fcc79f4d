import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue } from '../../../machinery/validation/faults.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from '../../generated/apiextensions-v1.ts';
import { approvalRules } from './api-approval.ts';
import { nameRules } from './names.ts';
import { NEW, optionsFor } from './options.ts';
import { specRules, specUpdateRules } from './spec.ts';
import { storedVersionRules } from './versions.ts';

/** Faults of a new definition, or of changing one. */
export function* customResourceDefinitionRules(next: CustomResourceDefinition, previous?: CustomResourceDefinition): Iterable<FieldError> {
  const spec = next.spec ?? ({} as CustomResourceDefinitionSpec);
  if (previous) yield* specUpdateRules(spec, previous.spec, optionsFor(next, previous));
  else {
    yield* ownNameRule(next);
    yield* specRules(spec, NEW);
  }
  yield* nameRules(next.status?.acceptedNames, 'status.acceptedNames');
  yield* storedVersionRules(next.status?.storedVersions, spec.versions);
  yield* approvalRules(next, previous);
  if (spec.preserveUnknownFields && !previous?.spec.preserveUnknownFields) {
    const instead = 'set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    yield invalidValue('spec.preserveUnknownFields', true, `cannot set to true, ${instead}`);
  }
}

/** Faults of a status that a controller reports. */
export function* customResourceDefinitionStatusRules(next: CustomResourceDefinition): Iterable<FieldError> {
  yield* nameRules(next.status?.acceptedNames, 'status.acceptedNames');
}

function* ownNameRule({ metadata, spec }: CustomResourceDefinition): Iterable<FieldError> {
  const wanted = `${spec?.names?.plural ?? ''}.${spec?.group ?? ''}`;
  const demand = 'must be spec.names.plural+"."+spec.group';
  if (metadata.generateName) yield invalidValue('metadata.generateName', metadata.generateName, demand);
  if (metadata.name && metadata.name !== wanted) yield invalidValue('metadata.name', metadata.name, demand);
}
