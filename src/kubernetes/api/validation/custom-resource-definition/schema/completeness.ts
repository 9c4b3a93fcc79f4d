import type { FieldError } from '../../../../machinery/field-error.ts';
import { itemsOf, type JsonSchema, propertyOf } from '../../../../machinery/structural/json-schema.ts';
import { required } from '../../../../machinery/validation/faults.ts';

/** Faults of combinations that restrict what is said nowhere outside of them. */
export function* completenessFaults(schema: JsonSchema, path: string): Iterable<FieldError> {
  yield* partsFaults(schema, schema, path, path);
}

/** `nested` restricts values of `said`; they are at different paths. */
function* partsFaults(nested: JsonSchema, said: JsonSchema, saidPath: string, path: string): Iterable<FieldError> {
  if (nested.not) yield* nestedFaults(nested.not, said, saidPath, `${path}.not`);
  for (const kind of ['allOf', 'anyOf', 'oneOf'] as const) {
    for (const [index, part] of (nested[kind] ?? []).entries()) yield* nestedFaults(part, said, saidPath, `${path}.${kind}[${index}]`);
  }
}

function* nestedFaults(nested: JsonSchema, said: JsonSchema | undefined, saidPath: string, path: string): Iterable<FieldError> {
  if (!said) {
    yield required(saidPath, `because it is defined in ${path}`);
    return;
  }
  yield* partsFaults(nested, said, saidPath, path);
  const items = itemsOf(nested);
  if (items) yield* nestedFaults(items, itemsOf(said), `${saidPath}.items`, `${path}.items`);
  for (const [name, property] of Object.entries(nested.properties ?? {})) {
    const known = propertyOf(said, name);
    const place = `properties[${name}]`;
    yield* nestedFaults(property, known, `${saidPath}.${place}`, `${path}.${place}`);
  }
}
