import { isTrue } from '../../api/apiextensions/conditions.ts';
import type { ResourceDefinition, Subresource, Verb } from '../../api/define.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionVersion,
} from '../../api/generated/apiextensions-v1.ts';
import { lookupSchema } from '../../api/schemas.ts';
import { ALL_VERBS } from '../../api/verbs.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { ApplyTypes } from '../../machinery/patch/apply/atoms.ts';
import { forbidden } from '../../machinery/status.ts';
import { resourceApplyType } from '../../machinery/structural/apply-type.ts';
import { sameValue } from '../writes/equal.ts';
import { CustomBodyReader } from './body-reader.ts';
import { customColumns } from './columns.ts';
import type { Converter } from './conversion/converter.ts';
import { deprecationOf } from './deprecation.ts';
import { finalizerWarnings } from './finalizer-warnings.ts';
import { ObjectRules } from './object-rules.ts';
import { scalePathsOf } from './scale-rules.ts';
import { customFields } from './selectable-fields.ts';
import { StoredVersion } from './stored-version.ts';
import { VersionShape } from './version-shape.ts';

/** A custom resource as it is stored, and its versions as they are served. */
export interface CustomResource {
  readonly stored: ResourceDefinition;
  /** The version in which objects are stored, with those that still are stored in another converted. */
  readonly own: ResourceDefinition;
  readonly served: readonly ResourceDefinition[];
}

/** What discovery shows of a custom resource that is being removed. */
const TERMINATING_VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'watch'];

const metadataType = new ApplyTypes(lookupSchema).struct('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');

/** `com.example.stable.v1.CronTab`, the name of a kind among OpenAPI definitions. */
export function definitionName(group: string, version: string, kind: string): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}

/** Everything core needs to serve what a CustomResourceDefinition describes; undefined where it stores no version. */
export function customResource(crd: CustomResourceDefinition, converter: Converter): CustomResource | undefined {
  const { versions, preserveUnknownFields = false } = crd.spec;
  const storage = versions.find((version) => version.storage);
  if (!storage) return undefined;
  const shapes = new Map(versions.map((version) => [version.name, new VersionShape(version, preserveUnknownFields)]));
  const makeVersion = (version: CustomResourceDefinitionVersion) =>
    new ServedVersion(crd, version, shapes.get(version.name) as VersionShape).definition;
  const stored = makeVersion(storage);
  const show = (version: CustomResourceDefinitionVersion): ResourceDefinition => ({
    ...makeVersion(version),
    storedAs: new StoredVersion(stored, version.name, shapes, converter),
  });
  const served = versions.filter((version) => version.served).map(show);
  return { stored, own: served.find(({ version }) => version === storage.name) ?? show(storage), served };
}

class ServedVersion {
  readonly #crd: CustomResourceDefinition;
  readonly #version: CustomResourceDefinitionVersion;
  readonly #shape: VersionShape;

  constructor(crd: CustomResourceDefinition, version: CustomResourceDefinitionVersion, shape: VersionShape) {
    this.#crd = crd;
    this.#version = version;
    this.#shape = shape;
  }

  get definition(): ResourceDefinition {
    const { group, scope } = this.#crd.spec;
    const { kind, plural, singular = '', shortNames, categories } = this.#names;
    const version = this.#version.name;
    const rules = new ObjectRules({ group, version, kind }, this.#shape.schema, this.#version.subresources);
    return {
      group,
      version,
      kind,
      plural,
      singular,
      namespaced: scope === 'Namespaced',
      shortNames: shortNames ?? [],
      categories: categories ?? [],
      verbs: ALL_VERBS,
      subresources: this.#subresources,
      schema: definitionName(group, version, kind),
      custom: this.#custom(),
      anyFinalizer: true,
      metadataOnUpdate: ['update'],
      resetFields: { main: this.#hasStatus ? ['status'] : [], status: ['metadata', 'spec'] },
      defaults: (object) => this.#shape.applyDefaults(object),
      rules: (next, previous) => rules.faults(next, previous),
      statusRules: (next, previous) => rules.statusFaults(next, previous),
      prepareCreate: (object) => this.#prepareCreate(object),
      prepareUpdate: countGeneration,
      generation: true,
      columns: customColumns(this.#version.additionalPrinterColumns),
      selectableFields: customFields(this.#version.selectableFields),
      warnings: (next, previous) => [...finalizerWarnings(next, previous), ...rules.warnings(next)],
    };
  }

  get #names(): CustomResourceDefinitionNames {
    return this.#crd.status?.acceptedNames ?? this.#crd.spec.names;
  }

  get #hasStatus(): boolean {
    return Boolean(this.#version.subresources?.status);
  }

  get #subresources(): readonly Subresource[] {
    const { status, scale } = this.#version.subresources ?? {};
    return [...(status ? ['status' as const] : []), ...(scale ? ['scale' as const] : [])];
  }

  #custom(): NonNullable<ResourceDefinition['custom']> {
    const { spec } = this.#crd;
    const { kind, listKind = `${kind}List` } = this.#names;
    const scale = this.#version.subresources?.scale;
    const deprecation = deprecationOf(spec, this.#version);
    return {
      listKind,
      reader: new CustomBodyReader({ group: spec.group, version: this.#version.name, kind }, this.#shape),
      applyType: resourceApplyType(this.#shape.schema, metadataType),
      ...(scale && { scale: scalePathsOf(scale) }),
      ...(deprecation !== undefined && { deprecation }),
      ...(this.#terminating && { shownVerbs: TERMINATING_VERBS }),
    };
  }

  get #terminating(): boolean {
    return isTrue(this.#crd, 'Terminating');
  }

  #prepareCreate(object: KubeObject): void {
    if (this.#terminating) {
      const { group } = this.#crd.spec;
      const why = 'create not allowed while custom resource definition is terminating';
      throw forbidden({ group, plural: this.#names.plural }, object.metadata.name ?? '', why);
    }
    if (this.#hasStatus) delete (object as { status?: unknown }).status;
  }
}

/** Any change but of metadata counts. */
function countGeneration(next: KubeObject, previous: KubeObject): void {
  const { metadata: _next, ...after } = next;
  const { metadata: _previous, ...before } = previous;
  if (!sameValue(after, before)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
}
