import type { FieldError } from '../field-error.ts';
import type { ObjectMeta } from '../meta.ts';
import { at, invalidValue, required } from '../validation/faults.ts';
import { isDns1035Label } from '../validation/names.ts';
import { metadataRules } from '../validation/object-meta.ts';
import { isObject, itemsOf, type JsonObject, type JsonSchema, propertyOf, valuesOf } from './json-schema.ts';

/** Reads metadata strictly as Kubernetes' own type. Throws for what it cannot be, in Go's words. */
export type ReadMetadata = (metadata: unknown) => { value: JsonObject; unknown: readonly string[] };

/** Calls `visit` for every resource inside a value that the schema says is one; `path` is how messages name it. */
function visitEmbedded(
  value: unknown,
  schema: JsonSchema | undefined,
  path: string,
  visit: (resource: JsonObject, schema: JsonSchema, path: string) => void,
): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    for (const [index, item] of value.entries()) visitEmbedded(item, items, `${path}[${index}]`, visit);
  } else if (isObject(value)) {
    if (schema['x-kubernetes-embedded-resource']) visit(value, schema, path);
    for (const name of Object.keys(value)) {
      const property = propertyOf(schema, name);
      if (property) visitEmbedded(value[name], property, at(path, name), visit);
      else visitEmbedded(value[name], valuesOf(schema), `${path}[${name}]`, visit);
    }
  }
}

/** Brings the metadata of embedded resources into shape; returns the first fault, and adds unknown fields to `unknown`. */
export function coerceEmbedded(
  value: unknown,
  schema: JsonSchema | undefined,
  readMetadata: ReadMetadata,
  options: { path?: string; unknown?: string[] } = {},
): FieldError | undefined {
  const found: string[] = [];
  let fault: FieldError | undefined;
  visitEmbedded(value, schema, options.path ?? '', (resource, _schema, path) => {
    fault ??= coerceOne(resource, path, readMetadata, found);
  });
  options.unknown?.push(...found.sort());
  return fault;
}

function coerceOne(resource: JsonObject, path: string, readMetadata: ReadMetadata, unknown: string[]): FieldError | undefined {
  for (const name of ['apiVersion', 'kind']) {
    if (Object.hasOwn(resource, name) && typeof resource[name] !== 'string') {
      return invalidValue(at(path, name), resource[name], 'must be a string');
    }
  }
  if (!Object.hasOwn(resource, 'metadata')) return undefined;
  const place = at(path, 'metadata');
  try {
    const read = readMetadata(resource.metadata);
    resource.metadata = read.value;
    unknown.push(...read.unknown.map((field) => `${place}.${field}`));
    return undefined;
  } catch (error) {
    return invalidValue(place, resource.metadata, error instanceof Error ? error.message : String(error));
  }
}

/** Faults of what embedded resources say they are, and of their metadata. */
export function embeddedFaults(value: unknown, schema: JsonSchema | undefined, readMetadata: ReadMetadata, path = ''): FieldError[] {
  const faults: FieldError[] = [];
  visitEmbedded(value, schema, path, (resource, _schema, place) => faults.push(...resourceFaults(resource, place, readMetadata)));
  return faults;
}

/** What a resource must say of itself: an API version, a kind, and metadata that is sound. */
export function* resourceFaults(resource: JsonObject, path: string, readMetadata: ReadMetadata): Iterable<FieldError> {
  for (const name of ['apiVersion', 'kind']) if (!Object.hasOwn(resource, name)) yield required(at(path, name));
  if (Object.hasOwn(resource, 'apiVersion')) yield* apiVersionFaults(resource.apiVersion, at(path, 'apiVersion'));
  if (Object.hasOwn(resource, 'kind')) yield* kindFaults(resource.kind, at(path, 'kind'));
  if (Object.hasOwn(resource, 'metadata')) yield* metadataFaults(resource.metadata, at(path, 'metadata'), readMetadata);
}

function* apiVersionFaults(value: unknown, path: string): Iterable<FieldError> {
  if (typeof value !== 'string') yield invalidValue(path, value, 'must be a string');
  else if (value === '') yield invalidValue(path, value, 'must not be empty');
  else if (value.split('/').length > 2) yield invalidValue(path, value, `unexpected GroupVersion string: ${value}`);
}

function* kindFaults(value: unknown, path: string): Iterable<FieldError> {
  if (typeof value !== 'string') yield invalidValue(path, value, 'must be a string');
  else if (value === '') yield invalidValue(path, value, 'must not be empty');
  else {
    const complaints = isDns1035Label(value.toLowerCase());
    if (complaints.length > 0) {
      yield invalidValue(path, value, `may have mixed case, but should otherwise match: ${complaints.join(',')}`);
    }
  }
}

function* metadataFaults(value: unknown, path: string, readMetadata: ReadMetadata): Iterable<FieldError> {
  let metadata: ObjectMeta;
  try {
    metadata = readMetadata(value).value;
  } catch (error) {
    yield invalidValue(path, value, error instanceof Error ? error.message : String(error));
    return;
  }
  // A name is not asked for, and metadata without one would be refused.
  yield* metadataRules(
    { ...metadata, name: metadata.name || 'fakename' },
    { namespaced: Boolean(metadata.namespace), nameRule: 'pathSegment', path },
  );
}
