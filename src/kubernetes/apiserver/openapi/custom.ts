import type { SchemaCatalog } from '../../machinery/schema/catalog.ts';
import type { ExtraDefinition } from './definitions.ts';
import type { Descriptions } from './descriptions.ts';
import { type OpenApiResource, operationsOf } from './operations.ts';
import type { OpenApiExtras } from './service.ts';
import { customV2 } from './v2.ts';
import { documentsByKey } from './v3.ts';

/** A custom resource at one version, for the OpenAPI documents. */
export interface CustomOpenApi {
  readonly resource: OpenApiResource;
  /** Its own definitions, by name. */
  readonly definitions: ReadonlyMap<string, ExtraDefinition>;
}

/** What custom resources add to the documents of the built-in kinds. */
export function customExtras(resources: readonly CustomOpenApi[], catalog: SchemaCatalog, descriptions: Descriptions): OpenApiExtras {
  if (resources.length === 0) return {};
  const definitions = new Map(resources.flatMap((resource) => [...resource.definitions]));
  const operations = resources.flatMap(({ resource }) => operationsOf(resource));
  const info = { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' };
  return {
    v2: customV2(operations, catalog, descriptions, definitions),
    v3: new Map(documentsByKey(operations, catalog, descriptions, info, definitions).map(({ key, build }) => [key, build])),
  };
}
