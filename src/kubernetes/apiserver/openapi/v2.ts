import type { SchemaCatalog } from '../../machinery/schema/catalog.ts';
import { DefinitionWriter, type ExtraDefinition, type OpenApiSchema } from './definitions.ts';
import type { Descriptions } from './descriptions.ts';
import { metaOperations, type OpenApiResource, type Operation, operationsOf } from './operations.ts';
import type { Parameter } from './parameters.ts';
import { byPath, sameParameter, sharedParameters, uniqueVersions } from './paths.ts';

export interface OpenApiV2 {
  readonly swagger: '2.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly definitions: Readonly<Record<string, OpenApiSchema>>;
  readonly parameters: Readonly<Record<string, OpenApiSchema>>;
  readonly securityDefinitions: OpenApiSchema;
  readonly security: readonly OpenApiSchema[];
}

/** Paths and definitions that do not follow from built-in resources: custom resources, aggregated servers. */
export interface ExtraV2 {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly definitions: Readonly<Record<string, OpenApiSchema>>;
}

/** These stay in place, because clients look for them without following references. */
const INLINE = new Set(['dryRun', 'fieldValidation', 'name']);

/** The document of `/openapi/v2`. */
export function openApiV2(
  resources: readonly OpenApiResource[],
  catalog: SchemaCatalog,
  descriptions: Descriptions,
  version = '1.36',
): OpenApiV2 {
  const writer = new V2Writer(catalog, descriptions);
  const groupVersions = uniqueVersions(resources);
  const operations = [...metaOperations(groupVersions), ...resources.flatMap(operationsOf)];
  const paths = writer.paths(operations);
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths,
    definitions: writer.definitions.definitions(),
    parameters: writer.parameters(),
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' },
    },
    security: [{ BearerToken: [] }],
  };
}

/** The paths of custom resources with their definitions. What else those refer to, the document has already. */
export function customV2(
  operations: readonly Operation[],
  catalog: SchemaCatalog,
  descriptions: Descriptions,
  extra: ReadonlyMap<string, ExtraDefinition>,
): ExtraV2 {
  const writer = new V2Writer(catalog, descriptions, extra);
  const paths = writer.paths(operations);
  return { paths, definitions: writer.definitions.definitions() };
}

class V2Writer {
  readonly definitions: DefinitionWriter;
  readonly #descriptions: Descriptions;
  readonly #parameters = new Map<string, OpenApiSchema>();

  constructor(catalog: SchemaCatalog, descriptions: Descriptions, extra?: ReadonlyMap<string, ExtraDefinition>) {
    this.definitions = new DefinitionWriter(catalog, descriptions, 2, extra);
    this.#descriptions = descriptions;
  }

  parameters(): Record<string, OpenApiSchema> {
    return Object.fromEntries([...this.#parameters].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  paths(operations: readonly Operation[]): Record<string, Record<string, unknown>> {
    return Object.fromEntries(byPath(operations).map(([path, of]) => [path, this.#path(of)]));
  }

  #path(operations: readonly Operation[]): Record<string, unknown> {
    const shared = sharedParameters(operations);
    const methods = operations.map((operation) => [operation.method, this.#operation(operation, shared)] as const);
    return {
      ...Object.fromEntries(methods),
      ...(shared.length > 0 && { parameters: shared.map((parameter) => this.#parameter(parameter)) }),
    };
  }

  #operation(operation: Operation, shared: readonly Parameter[]): Record<string, unknown> {
    const { description, consumes, produces, tag, id, body, responses, action, gvk } = operation;
    const own = operation.parameters
      .filter((parameter) => !shared.some((other) => sameParameter(other, parameter)))
      .map((parameter) => this.#parameter(parameter));
    const parameters = body ? [this.#body(body), ...own] : own;
    return {
      description,
      ...(consumes.length > 0 && { consumes }),
      produces,
      schemes: ['https'],
      tags: [tag],
      operationId: id,
      ...(parameters.length > 0 && { parameters }),
      responses: {
        ...Object.fromEntries(responses.map(([code, text, definition]) => [code, { description: text, schema: this.#schema(definition) }])),
        401: { description: 'Unauthorized' },
      },
      ...(action && { 'x-kubernetes-action': action }),
      ...(gvk && { 'x-kubernetes-group-version-kind': gvk }),
    };
  }

  #schema(definition: string): OpenApiSchema {
    return definition === 'string' ? { type: 'string' } : this.definitions.reference(definition);
  }

  #body({ definition, required }: NonNullable<Operation['body']>): OpenApiSchema {
    const body = { name: 'body', in: 'body', ...(required && { required }), schema: this.definitions.reference(definition) };
    const isShared = /\.(DeleteOptions|Patch)$/.test(definition);
    return isShared ? this.#share(`body-${definition.slice(definition.lastIndexOf('.') + 1)}`, body) : body;
  }

  #parameter(parameter: Parameter): OpenApiSchema {
    const { name, type, describedBy } = parameter;
    const description = describedBy ? this.#descriptions[describedBy[0]]?.[describedBy[1]] : parameter.description;
    const written = {
      uniqueItems: true,
      type,
      ...(description && { description }),
      name,
      in: parameter.in,
      ...(parameter.in === 'path' && { required: true }),
    };
    if (INLINE.has(name)) return written;
    const by = describedBy?.[0].split('.').at(-1) ?? parameter.in;
    return this.#share(`${name}-${by}`, written);
  }

  #share(key: string, parameter: OpenApiSchema): OpenApiSchema {
    this.#parameters.set(key, parameter);
    return { $ref: `#/parameters/${key}` };
  }
}
