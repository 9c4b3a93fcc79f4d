import {
  type BodyOptions,
  type BodyReader,
  cannotBeHandled,
  type DecodedBody,
  type OpenedBody,
  openBody,
  strictMessage,
} from '../../machinery/codec/body.ts';
import { repeatedMembers } from '../../machinery/codec/duplicates.ts';
import { parseJsonText } from '../../machinery/codec/json-text.ts';
import type { GroupVersionKind } from '../../machinery/schema/catalog.ts';
import { isObject, type JsonObject } from '../../machinery/structural/json-schema.ts';
import type { VersionShape } from './version-shape.ts';

/** Reads bodies of one version of a custom resource. */
export class CustomBodyReader implements BodyReader {
  readonly #kind: GroupVersionKind;
  readonly #shape: VersionShape;

  constructor(kind: GroupVersionKind, shape: VersionShape) {
    this.#kind = kind;
    this.#shape = shape;
  }

  decode<T = Record<string, unknown>>(body: Uint8Array | string, options: BodyOptions): DecodedBody<T> {
    const { expected, fieldValidation = 'Warn' } = options;
    const opened = openBody(body, options);
    const { gvk, duplicates } = opened;
    const object = namedObject(opened, expected);
    const strict = fieldValidation === 'Ignore' ? [] : repeated(opened.json);
    const unknown: string[] = [];
    // What is of another kind or version is refused later; its fields cannot be judged by this schema.
    if (gvk.kind === this.#kind.kind && gvk.group === this.#kind.group && gvk.version === this.#kind.version) {
      this.#coerce(object, opened, expected, unknown);
    }
    strict.push(...unknown.map((name) => `unknown field "${name}"`));
    const faults = [...duplicates, ...strict];
    if (faults.length > 0 && fieldValidation === 'Strict') throw cannotBeHandled(gvk, expected, strictMessage(duplicates, strict));
    return { object: object as T, gvk, warnings: fieldValidation === 'Ignore' ? [] : faults };
  }

  #coerce(object: JsonObject, { gvk }: OpenedBody, expected: GroupVersionKind, unknown: string[]): void {
    try {
      this.#shape.coerce(object, unknown);
    } catch (error) {
      throw cannotBeHandled(gvk, expected, error instanceof Error ? error.message : String(error));
    }
  }
}

/** Custom resources must say what they are; nothing is filled in. */
function namedObject({ parsed, json, gvk }: OpenedBody, expected: GroupVersionKind): JsonObject {
  const object = isObject(parsed) ? parsed : {};
  if (!object.kind) throw cannotBeHandled(gvk, expected, `Object 'Kind' is missing in '${json}'`);
  if (!object.apiVersion) throw cannotBeHandled({ ...gvk, version: '' }, expected, `Object 'apiVersion' is missing in '${json}'`);
  return object;
}

/** A repeated member leaves fewer members than were written; only then is it worth finding out which. */
function repeated(json: string): string[] {
  return repeatedMembers(parseJsonText(json)).map((name) => `duplicate field "${name}"`);
}
