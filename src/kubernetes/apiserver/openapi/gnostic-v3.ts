import { ReverseWriter } from '../../machinery/codec/protobuf/wire.ts';
import type { OpenApiV3 } from './v3.ts';

/**
 * A document of `/openapi/v3` as `application/com.github.proto-openapi.spec.v3@v1.0+protobuf`, gnostic's
 * openapi.v3.Document. Field numbers are those of gnostic's OpenAPIv3.proto; fields are written last to first.
 */
export function gnosticDocumentV3(document: OpenApiV3): Uint8Array {
  const writer = new ReverseWriter(1 << 20);
  writeFields(writer, DOCUMENT, document);
  return writer.bytes();
}

/** Writes a value as a field. */
type Write = (to: ReverseWriter, field: number, value: unknown) => void;

/** The fields of a message, by their names in JSON. */
interface Fields {
  readonly fields: Readonly<Record<string, readonly [field: number, write: Write]>>;
  /** The field of everything that begins with `x-`. */
  readonly extensions?: number;
}

function writeFields(to: ReverseWriter, { fields, extensions }: Fields, value: object): void {
  const members = Object.entries(value);
  if (extensions !== undefined) {
    const extra = members.filter(([name]) => name.startsWith('x-'));
    if (extra.length > 0) named(any)(to, extensions, Object.fromEntries(extra));
  }
  const known = members.filter(([name, item]) => item !== undefined && Object.hasOwn(fields, name));
  const falling = known.map(([name, item]) => ({ ...entryOf(fields[name]), item })).sort((a, b) => b.field - a.field);
  for (const { field, write, item } of falling) write(to, field, item);
}

function entryOf(entry: readonly [field: number, write: Write] | undefined): { field: number; write: Write } {
  const [field, write] = entry as readonly [number, Write];
  return { field, write };
}

const text: Write = (to, field, value) => {
  if (value !== '') to.string(field, String(value));
};
const flag: Write = (to, field, value) => {
  if (value === true) to.bool(field, true);
};
const double: Write = (to, field, value) => to.double(field, Number(value));
const integer: Write = (to, field, value) => to.integer(field, Number(value));
/** Any value as YAML; JSON is YAML. */
const any: Write = (to, field, value) => to.message(field, () => to.string(2, `${JSON.stringify(value)}\n`));

const message =
  (fields: () => Fields): Write =>
  (to, field, value) =>
    to.message(field, () => writeFields(to, fields(), value as object));

const list =
  (write: Write): Write =>
  (to, field, value) => {
    for (const item of (value as unknown[]).toReversed()) write(to, field, item);
  };

/** A repeated message of `name` and `value`. */
const named =
  (write: Write): Write =>
  (to, field, value) => {
    for (const [name, item] of Object.entries(value as object).reverse()) {
      to.message(field, () => {
        write(to, 2, item);
        to.string(1, name);
      });
    }
  };

/** A message with nothing in it but its field 1. */
const wrapped =
  (write: Write): Write =>
  (to, field, value) =>
    to.message(field, () => write(to, 1, value));

const orReference =
  (write: Write): Write =>
  (to, field, value) =>
    to.message(field, () => {
      const { $ref } = value as { $ref?: string };
      if ($ref === undefined) write(to, 1, value);
      else to.message(2, () => to.string(1, $ref));
    });

const additionalProperties: Write = (to, field, value) =>
  to.message(field, () => (typeof value === 'boolean' ? to.bool(2, value) : schema(to, 1, value)));

/** Only scalars have a form; any other default is there and empty. */
const defaultValue: Write = (to, field, value) =>
  to.message(field, () => {
    if (typeof value === 'number') to.double(1, value);
    else if (typeof value === 'boolean') to.bool(2, value);
    else if (typeof value === 'string') to.string(3, value);
  });

const responses: Write = (to, field, value) =>
  to.message(field, () => {
    const { default: usual, ...byCode } = value as Record<string, unknown>;
    named(response)(to, 2, byCode);
    if (usual !== undefined) response(to, 1, usual);
  });

const SCHEMA: Fields = {
  extensions: 36,
  fields: {
    nullable: [1, flag],
    example: [7, any],
    title: [9, text],
    multipleOf: [10, double],
    maximum: [11, double],
    exclusiveMaximum: [12, flag],
    minimum: [13, double],
    exclusiveMinimum: [14, flag],
    maxLength: [15, integer],
    minLength: [16, integer],
    pattern: [17, text],
    maxItems: [18, integer],
    minItems: [19, integer],
    uniqueItems: [20, flag],
    maxProperties: [21, integer],
    minProperties: [22, integer],
    required: [23, list(text)],
    enum: [24, list(any)],
    type: [25, text],
    allOf: [26, list((...args) => schema(...args))],
    oneOf: [27, list((...args) => schema(...args))],
    anyOf: [28, list((...args) => schema(...args))],
    not: [29, message(() => SCHEMA)],
    items: [30, wrapped((...args) => schema(...args))],
    properties: [31, wrapped(named((...args) => schema(...args)))],
    additionalProperties: [32, additionalProperties],
    default: [33, defaultValue],
    description: [34, text],
    format: [35, text],
  },
};
const schema = orReference(message(() => SCHEMA));

const content = wrapped(named(message(() => ({ fields: { schema: [1, schema] } }))));

const response = orReference(message(() => ({ extensions: 5, fields: { description: [1, text], content: [3, content] } })));

const requestBody = orReference(
  message(() => ({ extensions: 4, fields: { description: [1, text], content: [2, content], required: [3, flag] } })),
);

const parameters = list(
  orReference(
    message(() => ({
      extensions: 14,
      fields: { name: [1, text], in: [2, text], description: [3, text], required: [4, flag], schema: [10, schema] },
    })),
  ),
);

const operation = message(() => ({
  extensions: 13,
  fields: {
    tags: [1, list(text)],
    summary: [2, text],
    description: [3, text],
    operationId: [5, text],
    parameters: [6, parameters],
    requestBody: [7, requestBody],
    responses: [8, responses],
    deprecated: [10, flag],
  },
}));

const pathItem = message(() => ({
  extensions: 14,
  fields: {
    get: [4, operation],
    put: [5, operation],
    post: [6, operation],
    delete: [7, operation],
    options: [8, operation],
    head: [9, operation],
    patch: [10, operation],
    parameters: [13, parameters],
  },
}));

const securityScheme = orReference(
  message(() => ({
    extensions: 9,
    fields: { type: [1, text], description: [2, text], name: [3, text], in: [4, text], scheme: [5, text], bearerFormat: [6, text] },
  })),
);

const DOCUMENT: Fields = {
  extensions: 9,
  fields: {
    openapi: [1, text],
    info: [2, message(() => ({ fields: { title: [1, text], description: [2, text], version: [6, text] } }))],
    paths: [4, wrapped(named(pathItem))],
    components: [
      5,
      message(() => ({ fields: { schemas: [1, wrapped(named(schema))], securitySchemes: [7, wrapped(named(securityScheme))] } })),
    ],
  },
};
