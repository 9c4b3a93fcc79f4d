import type { SchemaCatalog } from '../../machinery/schema/catalog.ts';
import { DefinitionWriter, type ExtraDefinition, type OpenApiSchema } from './definitions.ts';
import type { Descriptions } from './descriptions.ts';
import { metaOperations, type OpenApiResource, type Operation, operationsOf } from './operations.ts';
import type { Parameter } from './parameters.ts';
import { byPath, sameParameter, sharedParameters, uniqueVersions } from './paths.ts';

export interface OpenApiV3 {
  readonly openapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: {
    readonly schemas?: Readonly<Record<string, OpenApiSchema>>;
    readonly securitySchemes?: OpenApiSchema;
  };
}

/** A document of `/openapi/v3/<key>`, written when first asked for. */
export interface V3Source {
  /** `apis/apps/v1`. */
  readonly key: string;
  build(): OpenApiV3;
}

/** Every document of `/openapi/v3` that follows from built-in resources, sorted by key. */
export function openApiV3(
  resources: readonly OpenApiResource[],
  catalog: SchemaCatalog,
  descriptions: Descriptions,
  version = 'v1.36',
): V3Source[] {
  const operations = [...metaOperations(uniqueVersions(resources)), ...resources.flatMap(operationsOf)];
  return documentsByKey(operations, catalog, descriptions, { title: 'Kubernetes', version });
}

/** Operations as documents, one for each group version or other path. */
export function documentsByKey(
  operations: readonly Operation[],
  catalog: SchemaCatalog,
  descriptions: Descriptions,
  info: OpenApiV3['info'],
  extra?: ReadonlyMap<string, ExtraDefinition>,
): V3Source[] {
  const byKey = Map.groupBy(operations, ({ path }) => keyOf(path));
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, of]) => ({ key, build: () => new V3Writer(catalog, descriptions, extra).document(of, info) }));
}

/** The document that a path is in: its group version, group, or itself. */
function keyOf(path: string): string {
  const parts = path.split('/').filter(Boolean);
  if (parts[0] === 'api') return parts.slice(0, 2).join('/');
  if (parts[0] === 'apis') return parts.slice(0, 3).join('/');
  return parts.join('/');
}

class V3Writer {
  readonly #definitions: DefinitionWriter;
  readonly #descriptions: Descriptions;

  constructor(catalog: SchemaCatalog, descriptions: Descriptions, extra?: ReadonlyMap<string, ExtraDefinition>) {
    this.#definitions = new DefinitionWriter(catalog, descriptions, 3, extra);
    this.#descriptions = descriptions;
  }

  document(operations: readonly Operation[], info: OpenApiV3['info']): OpenApiV3 {
    const paths = Object.fromEntries(byPath(operations).map(([path, of]) => [path, this.#path(of)]));
    const schemas = this.#definitions.definitions();
    return {
      openapi: '3.0.0',
      info,
      paths,
      components: {
        ...(Object.keys(schemas).length > 0 && { schemas }),
        securitySchemes: {
          BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' },
        },
      },
    };
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
    const { description, tag, id, body, produces, responses, action, gvk } = operation;
    const parameters = operation.parameters
      .filter((parameter) => !shared.some((other) => sameParameter(other, parameter)))
      .map((parameter) => this.#parameter(parameter));
    return {
      tags: [tag],
      description,
      operationId: id,
      ...(parameters.length > 0 && { parameters }),
      ...(body && { requestBody: this.#body(operation, body) }),
      responses: {
        ...Object.fromEntries(
          responses.map(([code, text, definition]) => [code, { description: text, content: this.#content(produces, definition) }]),
        ),
        401: { description: 'Unauthorized' },
      },
      ...(action && { 'x-kubernetes-action': action }),
      ...(gvk && { 'x-kubernetes-group-version-kind': gvk }),
    };
  }

  #body({ consumes }: Operation, { definition, required }: NonNullable<Operation['body']>): OpenApiSchema {
    return { content: this.#content(consumes, definition), ...(required && { required }) };
  }

  #content(types: readonly string[], definition: string): OpenApiSchema {
    const schema = definition === 'string' ? { type: 'string' } : this.#definitions.reference(definition);
    return Object.fromEntries(types.map((type) => [type, { schema }]));
  }

  #parameter({ name, type, in: place, describedBy, description }: Parameter): OpenApiSchema {
    const text = describedBy ? this.#descriptions[describedBy[0]]?.[describedBy[1]] : description;
    return {
      name,
      in: place,
      ...(text && { description: text }),
      ...(place === 'path' && { required: true }),
      schema: { type, uniqueItems: true },
    };
  }
}
