import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue, required } from '../../../machinery/validation/faults.ts';
import { isDns1035Label } from '../../../machinery/validation/names.ts';
import type { CustomResourceDefinitionNames } from '../../generated/apiextensions-v1.ts';

/** Names without which a kind cannot be served. */
export function* requiredNames(names: CustomResourceDefinitionNames | undefined, path: string): Iterable<FieldError> {
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const) if (!names?.[name]) yield required(`${path}.${name}`);
}

/** Faults of names, asked for or accepted. */
export function* nameRules(names: CustomResourceDefinitionNames | undefined, path: string): Iterable<FieldError> {
  const { plural, singular, kind, listKind, shortNames = [], categories = [] } = names ?? ({} as Partial<CustomResourceDefinitionNames>);
  yield* labelRule(plural, `${path}.plural`);
  yield* labelRule(singular, `${path}.singular`);
  yield* kindRule(kind, `${path}.kind`);
  yield* kindRule(listKind, `${path}.listKind`);
  yield* eachLabel(shortNames, `${path}.shortNames`);
  if (kind && kind === listKind) yield invalidValue(`${path}.listKind`, listKind, 'kind and listKind may not be the same');
  yield* eachLabel(categories, `${path}.categories`);
}

function* eachLabel(labels: readonly string[] | null, path: string): Iterable<FieldError> {
  for (const [index, label] of (labels ?? []).entries()) {
    const complaints = isDns1035Label(label);
    if (complaints.length > 0) yield invalidValue(`${path}[${index}]`, label, complaints.join(','));
  }
}

function* labelRule(label: string | undefined, path: string): Iterable<FieldError> {
  if (!label) return;
  const complaints = isDns1035Label(label);
  if (complaints.length > 0) yield invalidValue(path, label, complaints.join(','));
}

function* kindRule(kind: string | undefined, path: string): Iterable<FieldError> {
  if (!kind) return;
  const complaints = isDns1035Label(kind.toLowerCase());
  if (complaints.length > 0) yield invalidValue(path, kind, `may have mixed case, but should otherwise match: ${complaints.join(',')}`);
}
