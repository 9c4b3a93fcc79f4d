import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../../api/generated/apiextensions-v1.ts';
import { isStructural } from '../../api/validation/custom-resource-definition/schema/structural.ts';
import { type JsonSchema, preservesUnknown } from '../../machinery/structural/json-schema.ts';
import type { CustomOpenApi } from '../openapi/custom.ts';
import type { DefinitionContext, ExtraDefinition, OpenApiSchema } from '../openapi/definitions.ts';
import { definitionName } from './custom-resource.ts';
import { describedReference, publishedSchema, resourceProperties } from './openapi-schema.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** Custom resources have no paths of their own for watches. */
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update'];

/** What the OpenAPI documents say of the served versions of a custom resource. */
export function publishedVersions(crd: CustomResourceDefinition): CustomOpenApi[] {
  return crd.spec.versions.filter(({ served }) => served).map((version) => new PublishedVersion(crd, version).published);
}

class PublishedVersion {
  readonly #crd: CustomResourceDefinition;
  readonly #version: CustomResourceDefinitionVersion;
  readonly #name: string;
  readonly #listName: string;

  constructor(crd: CustomResourceDefinition, version: CustomResourceDefinitionVersion) {
    this.#crd = crd;
    this.#version = version;
    const { group } = crd.spec;
    this.#name = definitionName(group, version.name, this.#names.kind);
    this.#listName = definitionName(group, version.name, this.#names.listKind);
  }

  get published(): CustomOpenApi {
    const { group, scope } = this.#crd.spec;
    const { status, scale } = this.#version.subresources ?? {};
    const resource = {
      group,
      version: this.#version.name,
      kind: this.#names.kind,
      plural: this.#names.plural,
      namespaced: scope === 'Namespaced',
      verbs: VERBS,
      subresources: [...(status ? ['status'] : []), ...(scale ? ['scale'] : [])],
      schema: this.#name,
      customList: this.#listName,
    };
    const definitions = new Map<string, ExtraDefinition>([
      [this.#name, (context) => this.#object(context)],
      [this.#listName, (context) => this.#list(context)],
    ]);
    return { resource, definitions };
  }

  get #names() {
    const { kind, plural, listKind = `${kind}List` } = this.#crd.status?.acceptedNames ?? this.#crd.spec.names;
    return { kind, plural, listKind };
  }

  #object(context: DefinitionContext): OpenApiSchema {
    const schema = this.#version.schema?.openAPIV3Schema as JsonSchema | undefined;
    return { ...this.#body(schema, context), ...this.#extensions(this.#names.kind) };
  }

  /** Fields are listed only where they are all there are: kubectl refuses what is not listed. */
  #body(schema: JsonSchema | undefined, context: DefinitionContext): OpenApiSchema {
    const open = context.version === 2 && (preservesUnknown(schema) || this.#crd.spec.preserveUnknownFields);
    if (!schema || open || !isStructural(schema)) return { type: 'object' };
    const published = publishedSchema(schema, context);
    const metadata = describedReference(`${META}.ObjectMeta`, context.describe(`${META}.PartialObjectMetadata`, 'metadata'), context);
    const properties = { ...(published.properties as object | undefined), ...resourceProperties(context), metadata };
    return { ...published, properties };
  }

  #list(context: DefinitionContext): OpenApiSchema {
    const { kind, listKind, plural } = this.#names;
    const metadata = describedReference(`${META}.ListMeta`, context.describe(`${META}.PartialObjectMetadataList`, 'metadata'), context);
    const items = { type: 'array', description: `List of ${plural}.`, items: context.reference(this.#name) };
    return {
      description: `${listKind} is a list of ${kind}`,
      type: 'object',
      required: ['items'],
      properties: { ...resourceProperties(context), items, metadata },
      ...this.#extensions(listKind),
    };
  }

  #extensions(kind: string): OpenApiSchema {
    const fields = (this.#version.selectableFields ?? []).map(({ jsonPath }) => ({ fieldPath: jsonPath.replace(/^\./, '') }));
    return {
      'x-kubernetes-group-version-kind': [{ group: this.#crd.spec.group, kind, version: this.#version.name }],
      ...(fields.length > 0 && { 'x-kubernetes-selectable-fields': fields }),
    };
  }
}
