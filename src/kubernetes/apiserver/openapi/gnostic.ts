import { ReverseWriter } from '../../machinery/codec/protobuf/wire.ts';
import type { OpenApiSchema } from './definitions.ts';
import type { OpenApiV2 } from './v2.ts';

/**
 * `/openapi/v2` as `application/com.github.proto-openapi.spec.v2@v1.0+protobuf`, gnostic's openapi.v2.Document, which
 * client-go asks for. Field numbers are those of gnostic's OpenAPIv2.proto; fields are written last to first.
 */
export function gnosticDocument(document: OpenApiV2): Uint8Array {
  const writer = new GnosticWriter();
  writer.document(document);
  return writer.bytes();
}

type Json = Record<string, unknown>;

const METHODS: readonly (readonly [name: string, field: number])[] = [
  ['patch', 8],
  ['head', 7],
  ['options', 6],
  ['delete', 5],
  ['post', 4],
  ['put', 3],
  ['get', 2],
];

class GnosticWriter {
  readonly #to = new ReverseWriter(1 << 20);

  bytes(): Uint8Array {
    return this.#to.bytes();
  }

  document(document: OpenApiV2): void {
    this.#to.message(13, () => this.#named(1, document.securityDefinitions, (value) => this.#to.message(2, () => this.#apiKey(value))));
    for (const requirement of document.security.toReversed()) this.#to.message(12, () => this.#named(1, requirement, () => {}));
    this.#to.message(10, () => this.#named(1, document.parameters, (value) => this.#parameter(value)));
    this.#to.message(9, () => this.#named(1, document.definitions, (value) => this.#schema(value)));
    this.#to.message(8, () => this.#named(2, document.paths, (value) => this.#path(value)));
    this.#to.message(2, () =>
      this.#strings([
        [2, document.info.version],
        [1, document.info.title],
      ]),
    );
    this.#to.string(1, document.swagger);
  }

  /** A repeated message of `name` and `value`. */
  #named(field: number, values: object, write: (value: Json) => void): void {
    for (const [name, value] of Object.entries(values).reverse()) {
      this.#to.message(field, () => {
        this.#to.message(2, () => write(value as Json));
        this.#to.string(1, name);
      });
    }
  }

  /** Strings that are there, in falling order of their fields. */
  #strings(fields: readonly (readonly [field: number, value: unknown])[]): void {
    for (const [field, value] of fields) if (typeof value === 'string' && value !== '') this.#to.string(field, value);
  }

  #list(field: number, values: unknown): void {
    if (Array.isArray(values)) for (const value of values.toReversed()) this.#to.string(field, String(value));
  }

  #apiKey({ type, name, in: place, description }: Json): void {
    this.#strings([
      [4, description],
      [3, place],
      [2, name],
      [1, type],
    ]);
  }

  #path(path: Json): void {
    this.#parameters(9, path.parameters);
    for (const [name, field] of METHODS) {
      const operation = path[name];
      if (operation) this.#to.message(field, () => this.#operation(operation as Json));
    }
  }

  #operation(operation: Json): void {
    this.#extensions(13, operation);
    this.#list(10, operation.schemes);
    this.#to.message(9, () => this.#named(1, operation.responses as Json, (value) => this.#to.message(1, () => this.#response(value))));
    this.#parameters(8, operation.parameters);
    this.#list(7, operation.consumes);
    this.#list(6, operation.produces);
    this.#strings([
      [5, operation.operationId],
      [3, operation.description],
    ]);
    this.#list(1, operation.tags);
  }

  #response({ schema, description }: Json): void {
    if (schema) this.#to.message(2, () => this.#to.message(1, () => this.#schema(schema as Json)));
    this.#strings([[1, description]]);
  }

  #parameters(field: number, parameters: unknown): void {
    for (const parameter of ((parameters as Json[] | undefined) ?? []).toReversed()) {
      this.#to.message(field, () => {
        const { $ref } = parameter;
        if ($ref) this.#to.message(2, () => this.#strings([[1, $ref]]));
        else this.#to.message(1, () => this.#parameter(parameter));
      });
    }
  }

  #parameter(parameter: Json): void {
    const { in: place, name, description, required, schema } = parameter;
    if (place !== 'body') {
      this.#to.message(2, () => this.#to.message(place === 'path' ? 4 : 3, () => this.#plainParameter(parameter)));
      return;
    }
    this.#to.message(1, () => {
      this.#to.message(5, () => this.#schema(schema as Json));
      if (required) this.#to.bool(4, true);
      this.#strings([
        [3, place],
        [2, name],
        [1, description],
      ]);
    });
  }

  /** Query parameters have one field, allow_empty_value, that path parameters have not. */
  #plainParameter({ in: place, name, description, required, type, uniqueItems }: Json): void {
    const isPath = place === 'path';
    if (uniqueItems) this.#to.bool(isPath ? 19 : 20, true);
    this.#strings([
      [isPath ? 5 : 6, type],
      [4, name],
      [3, description],
      [2, place],
    ]);
    if (required) this.#to.bool(1, true);
  }

  #schema(schema: OpenApiSchema): void {
    this.#extensions(31, schema);
    const { properties, allOf, items, type, additionalProperties, required } = schema;
    if (properties) this.#to.message(25, () => this.#named(1, properties as Json, (value) => this.#schema(value)));
    for (const part of ((allOf as Json[] | undefined) ?? []).toReversed()) this.#to.message(24, () => this.#schema(part));
    if (items) this.#to.message(23, () => this.#to.message(1, () => this.#schema(items as Json)));
    if (type) this.#to.message(22, () => this.#list(1, [type].flat()));
    if (additionalProperties !== undefined) this.#to.message(21, () => this.#additional(additionalProperties));
    for (const value of ((schema.enum as unknown[] | undefined) ?? []).toReversed()) this.#to.message(20, () => this.#any(value));
    this.#list(19, required);
    this.#limits(schema);
    if (schema.default !== undefined) this.#to.message(5, () => this.#any(schema.default));
    this.#strings([
      [4, schema.description],
      [3, schema.title],
      [2, schema.format],
      [1, schema.$ref],
    ]);
  }

  #additional(value: unknown): void {
    if (typeof value === 'boolean') this.#to.bool(2, value);
    else this.#to.message(1, () => this.#schema(value as Json));
  }

  /** Custom resources have these; built-in types do not. */
  #limits(schema: OpenApiSchema): void {
    const counts: [number, unknown][] = [
      [18, schema.minProperties],
      [17, schema.maxProperties],
      [15, schema.minItems],
      [14, schema.maxItems],
    ];
    for (const [field, value] of counts) if (typeof value === 'number') this.#to.integer(field, value);
    this.#strings([[13, schema.pattern]]);
    for (const [field, value] of [
      [12, schema.minLength],
      [11, schema.maxLength],
    ] as const)
      if (typeof value === 'number') this.#to.integer(field, value);
    if (schema.exclusiveMinimum === true) this.#to.bool(10, true);
    if (typeof schema.minimum === 'number') this.#to.double(9, schema.minimum);
    if (schema.exclusiveMaximum === true) this.#to.bool(8, true);
    if (typeof schema.maximum === 'number') this.#to.double(7, schema.maximum);
    if (typeof schema.multipleOf === 'number') this.#to.double(6, schema.multipleOf);
  }

  #extensions(field: number, of: Json): void {
    for (const [name, value] of Object.entries(of).reverse()) {
      if (!name.startsWith('x-')) continue;
      this.#to.message(field, () => {
        this.#to.message(2, () => this.#any(value));
        this.#to.string(1, name);
      });
    }
  }

  /** Any value as YAML; JSON is YAML. */
  #any(value: unknown): void {
    this.#to.string(2, `${JSON.stringify(value)}\n`);
  }
}
