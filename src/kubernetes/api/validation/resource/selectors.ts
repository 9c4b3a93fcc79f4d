import type { FieldError } from '../../../machinery/field-error.ts';
import { forbiddenField, invalidValue, required, tooLong } from '../../../machinery/validation/faults.ts';
import type { DeviceSelector } from '../../generated/resource-v1.ts';
import { compileSelector, SelectorFault } from '../../resource/selectors/compile.ts';
import { listRules } from './lists.ts';

const MAX_SELECTORS = 32;
const MAX_EXPRESSION = 10 * 1024;
const MAX_COST = 1_000_000n;

/** Faults of the selectors of a class or a request. */
export function deviceSelectorRules(selectors: readonly DeviceSelector[] | undefined, path: string): Iterable<FieldError> {
  return listRules(selectors, MAX_SELECTORS, path, selectorRules);
}

function* selectorRules({ cel }: DeviceSelector, path: string): Iterable<FieldError> {
  if (!cel) yield required(`${path}.cel`);
  else yield* expressionRules(cel.expression ?? '', `${path}.cel.expression`);
}

function* expressionRules(expression: string, path: string): Iterable<FieldError> {
  if (new TextEncoder().encode(expression).length > MAX_EXPRESSION) {
    yield tooLong(path, MAX_EXPRESSION);
    return;
  }
  const compiled = compileSelector(expression);
  if (!(compiled instanceof SelectorFault)) {
    if (compiled.maxCost > MAX_COST) yield forbiddenField(path, 'too complex, exceeds cost limit');
  } else if (compiled.internal) yield { type: 'InternalError', field: path, message: `Internal error: ${compiled.detail}` };
  else yield invalidValue(path, expression, compiled.detail);
}
