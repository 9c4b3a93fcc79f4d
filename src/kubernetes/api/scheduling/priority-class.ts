import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, immutable, notSupported, required } from '../../machinery/validation/faults.ts';
import { ageColumn, boolean, integer, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { PriorityClass } from '../generated/scheduling-v1.ts';
import { priorityClasses as type } from '../resources.ts';
import { ALL_VERBS } from '../verbs.ts';

const HIGHEST_USER_PRIORITY = 1_000_000_000;
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

export const priorityClasses = defineResource<PriorityClass>({
  ...type,
  singular: 'priorityclass',
  shortNames: ['pc'],
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.scheduling.v1.PriorityClass',
  generation: true,
  metadataOnUpdate: ['update'],
  defaults: (priorityClass) => {
    priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  rules: priorityClassRules,
  columns: [
    nameColumn,
    integer('Value', ({ value }) => value ?? 0),
    boolean('Global-Default', ({ globalDefault }) => globalDefault ?? false),
    ageColumn,
    text('PreemptionPolicy', ({ preemptionPolicy }) => preemptionPolicy ?? ''),
  ],
});

function* priorityClassRules(next: PriorityClass, previous?: PriorityClass): Iterable<FieldError> {
  if (previous) {
    if ((next.value ?? 0) !== (previous.value ?? 0)) yield forbiddenField('value', 'may not be changed in an update.');
    if (next.preemptionPolicy !== previous.preemptionPolicy) yield immutable('preemptionPolicy', next.preemptionPolicy);
    return;
  }
  yield* nameRules(next);
  const policy = next.preemptionPolicy;
  if (policy !== undefined && policy !== 'Never' && policy !== 'PreemptLowerPriority') {
    yield policy === '' ? required('preemptionPolicy') : notSupported('preemptionPolicy', policy, ['PreemptLowerPriority', 'Never']);
  }
}

/** Names that begin with `system-`, and values above a billion, are the cluster's own. */
function* nameRules({ metadata: { name = '' }, value = 0 }: PriorityClass): Iterable<FieldError> {
  if (name.startsWith('system-')) {
    if (SYSTEM_CLASSES[name] !== value) {
      yield forbiddenField(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: ${systemComplaint(name, value)}`,
      );
    }
  } else if (value > HIGHEST_USER_PRIORITY) {
    yield forbiddenField('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`);
  }
}

function systemComplaint(name: string, value: number): string {
  const known = SYSTEM_CLASSES[name];
  if (known === undefined) return `${name} is not a known system priority class`;
  return `value of ${name} PriorityClass must be ${known}, got ${value}`;
}
