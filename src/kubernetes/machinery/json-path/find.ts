import { isObject } from '../structural/json-schema.ts';
import { JsonPathError, type Path, type Step } from './parse.ts';

/** Everything a path leads to; what is not there leads nowhere. Throws {@link JsonPathError} for an index out of range. */
export function findAll(path: Path, value: unknown): unknown[] {
  return path.reduce<unknown[]>((found, step) => found.flatMap((one) => follow(step, one)), [value]);
}

function follow(step: Step, value: unknown): unknown[] {
  switch (step.kind) {
    case 'field':
      return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'wildcard':
      return childrenOf(value);
    case 'descendants':
      return [...descendantsOf(value)];
    case 'index':
      return [itemAt(listOf(value), step.at)];
    case 'slice':
      return sliceOf(listOf(value), step);
    case 'union':
      return step.of.flatMap((path) => findAll(path, value));
    case 'filter':
      return childrenOf(value).filter((item) => matches(step, item));
    case 'literal':
      return [step.value];
  }
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value)
    ? Object.keys(value)
        .sort()
        .map((key) => value[key])
    : [];
}

function* descendantsOf(value: unknown): Iterable<unknown> {
  yield value;
  for (const child of childrenOf(value)) yield* descendantsOf(child);
}

function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new JsonPathError('not an array');
  return value;
}

function itemAt(list: readonly unknown[], at: number): unknown {
  const index = at < 0 ? at + list.length : at;
  if (index < 0 || index >= list.length) throw new JsonPathError(`array index out of bounds: index ${at}, length ${list.length}`);
  return list[index];
}

function sliceOf(list: readonly unknown[], { from = 0, to, step = 1 }: Extract<Step, { kind: 'slice' }>): unknown[] {
  if (step <= 0) throw new JsonPathError('step must be > 0');
  return list.slice(from, to).filter((_, index) => index % step === 0);
}

function matches({ left, operator, right }: Extract<Step, { kind: 'filter' }>, item: unknown): boolean {
  const found = findAll(left, item);
  if (operator === 'exists') return found.length > 0;
  if (found.length === 0) return false;
  const wanted = findAll(right, item);
  if (found.length > 1 || wanted.length > 1) throw new JsonPathError('can only compare one element at a time');
  if (wanted.length === 0) return false;
  return compare(found[0], wanted[0], operator);
}

function compare(a: unknown, b: unknown, operator: string): boolean {
  if (typeof a !== typeof b || (typeof a !== 'string' && typeof a !== 'number' && typeof a !== 'boolean')) return operator === '!=';
  const [left, right] = [a as string | number, b as string | number];
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}
