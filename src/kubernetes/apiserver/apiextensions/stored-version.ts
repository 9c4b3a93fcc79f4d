import type { Awaitable, ResourceDefinition, StoredAs } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { apiVersionOf, parseApiVersion } from '../../machinery/resource.ts';
import type { JsonObject } from '../../machinery/structural/json-schema.ts';
import type { Converter } from './conversion/converter.ts';
import type { VersionShape } from './version-shape.ts';

/**
 * Between storage and one served version of a custom resource. Objects may still be stored in an older version; what
 * they lack is filled in by the schema of the version they are stored in, then they are converted.
 */
export class StoredVersion implements StoredAs<KubeObject> {
  readonly definition: ResourceDefinition;
  readonly #shown: string;
  readonly #shapes: ReadonlyMap<string, VersionShape>;
  readonly #converter: Converter;
  readonly #stale = new WeakSet<KubeObject>();

  constructor(stored: ResourceDefinition, shown: string, shapes: ReadonlyMap<string, VersionShape>, converter: Converter) {
    this.definition = stored;
    this.#shown = shown;
    this.#shapes = shapes;
    this.#converter = converter;
  }

  toStored(object: KubeObject): Awaitable<KubeObject> {
    return this.#convert(structuredClone(object), this.definition.version);
  }

  fromStored(stored: KubeObject): Awaitable<KubeObject> {
    const object = structuredClone(stored);
    const shape = this.#shapeOf(object);
    shape?.trim(object as unknown as JsonObject);
    shape?.applyDefaults(object);
    object.metadata.generation ||= 1;
    if (object.apiVersion !== apiVersionOf(this.definition) || JSON.stringify(object) !== JSON.stringify(stored)) this.#stale.add(stored);
    if (object.apiVersion === this.#apiVersion(this.#shown)) return object;
    return this.#convert(object, this.#shown);
  }

  isStale(stored: KubeObject): boolean {
    return this.#stale.has(stored);
  }

  #convert(object: KubeObject, version: string): Awaitable<KubeObject> {
    const converted = this.#converter.convert(object, this.#apiVersion(version));
    return converted instanceof Promise ? converted.then((done) => this.#trimmed(done)) : this.#trimmed(converted);
  }

  #trimmed(object: KubeObject): KubeObject {
    this.#shapeOf(object)?.trim(object as unknown as JsonObject);
    return object;
  }

  #shapeOf({ apiVersion = '' }: KubeObject): VersionShape | undefined {
    return this.#shapes.get(parseApiVersion(apiVersion).version);
  }

  #apiVersion(version: string): string {
    return apiVersionOf({ group: this.definition.group, version });
  }
}
