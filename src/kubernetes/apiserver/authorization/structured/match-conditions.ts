import { compileExpression, ExpressionFault } from '../../../api/admissionregistration/expressions/compile.ts';
import type { SubjectAccessReviewSpec } from '../../../api/generated/authorization-v1.ts';
import type { CompiledExpression } from '../../../machinery/cel/compile.ts';
import { costLimits } from '../../../machinery/cel/cost/units.ts';
import { firstOf } from '../../../machinery/cel/environment.ts';
import { kubernetesEnvironment } from '../../../machinery/cel/kubernetes.ts';
import { recordType } from '../../../machinery/cel/schema/lazy.ts';
import { type CelType, listOf, mapOf, stringType, structType } from '../../../machinery/cel/types/type.ts';
import { CelError } from '../../../machinery/cel/values/errors.ts';
import { aggregate } from '../../admission/expressions/aggregate.ts';

const texts = (...names: string[]): [string, CelType][] => names.map((name) => [name, stringType]);
const record = (name: string, ...fields: [string, CelType][]) => recordType(name, new Map(fields));
const REQUEST = 'kubernetes.SubjectAccessReviewSpec';
const RESOURCE = 'kubernetes.ResourceAttributes';
const PATH = 'kubernetes.NonResourceAttributes';
const FIELDS = 'kubernetes.FieldSelectorAttributes';
const LABELS = 'kubernetes.LabelSelectorAttributes';
const REQUIREMENT = 'kubernetes.SelectorRequirement';

const selectors = [FIELDS, LABELS].map((name) => record(name, ...texts('rawSelector'), ['requirements', listOf(structType(REQUIREMENT))]));
const types = [
  record(
    REQUEST,
    ['resourceAttributes', structType(RESOURCE)],
    ['nonResourceAttributes', structType(PATH)],
    ...texts('user', 'uid'),
    ['groups', listOf(stringType)],
    ['extra', mapOf(stringType, listOf(stringType))],
  ),
  record(
    RESOURCE,
    ...texts('namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'),
    ['fieldSelector', structType(FIELDS)],
    ['labelSelector', structType(LABELS)],
  ),
  record(PATH, ...texts('path', 'verb')),
  record(REQUIREMENT, ...texts('key', 'operator'), ['values', listOf(stringType)]),
  ...selectors,
].reduce(firstOf);

const environment = kubernetesEnvironment.extend({ types, variables: [{ name: 'request', type: structType(REQUEST) }] });

export function compileMatchCondition(source: string): CompiledExpression | ExpressionFault {
  return compileExpression(source, environment, 'condition');
}

/** Whether a webhook is to be asked; throws where that cannot be told. */
export class MatchConditions {
  readonly #conditions: readonly CompiledExpression[];

  constructor(sources: readonly string[]) {
    this.#conditions = sources.map((source) => {
      const compiled = compileMatchCondition(source);
      if (compiled instanceof ExpressionFault) throw new Error(compiled.detail);
      return compiled;
    });
  }

  /** One that is false decides, whatever becomes of the others. */
  match(spec: SubjectAccessReviewSpec): boolean {
    if (this.#conditions.length === 0) return true;
    const request = shown(spec);
    const errors: string[] = [];
    for (const condition of this.#conditions) {
      const { value } = condition.evaluate({ request }, { costLimit: costLimits.perCall });
      if (value === false) return false;
      if (value instanceof CelError) {
        errors.push(`cel evaluation error: expression '${condition.source}' resulted in error: ${value.message}`);
      }
    }
    if (errors.length > 0) throw new Error(aggregate(errors));
    return true;
  }
}

/** With every text, also those that are empty. */
function shown({
  user = '',
  uid = '',
  groups = [],
  extra = {},
  resourceAttributes,
  nonResourceAttributes,
}: SubjectAccessReviewSpec): object {
  const empty = { namespace: '', verb: '', group: '', version: '', resource: '', subresource: '', name: '' };
  return {
    user,
    uid,
    groups,
    extra,
    ...(resourceAttributes ? { resourceAttributes: { ...empty, ...resourceAttributes } } : {}),
    ...(nonResourceAttributes ? { nonResourceAttributes: { path: '', verb: '', ...nonResourceAttributes } } : {}),
  };
}
