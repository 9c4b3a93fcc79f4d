import type { ResourceDefinition } from '../../../api/define.ts';
import { bodyDecoder } from '../../../api/schemas.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import { apiVersionOf, type ResourceType } from '../../../machinery/resource.ts';
import { inWriteOrder } from '../../store/stored-object.ts';
import type { AdmissionAttributes, AdmissionKind } from '../admission.ts';

/** What the objects of a request are: those of its resource, but for some subresources. */
export function kindOf(attributes: AdmissionAttributes, resource: ResourceType = attributes.resource): AdmissionKind {
  if (attributes.kind) return attributes.kind;
  const { group, version, kind } = resource;
  return { group, version, kind };
}

/** An object of a request as plain JSON of another version of its kind. */
export async function shownAs(object: KubeObject, attributes: AdmissionAttributes, resource: ResourceType): Promise<KubeObject> {
  const { kind } = attributes;
  if (kind) return { ...object, kind: kind.kind, apiVersion: apiVersionOf(kind) };
  const { resource: own } = attributes;
  if (!isDefinition(own)) return { ...object, kind: own.kind, apiVersion: apiVersionOf(own) };
  return written(resource as ResourceDefinition, await converted(object, own, resource as ResourceDefinition));
}

/** Makes `changed`, an object in another version, what a request is about. The request keeps its object, with other content. */
export async function replaceObject(changed: object, attributes: AdmissionAttributes, resource: ResourceType): Promise<void> {
  const object = attributes.object as KubeObject;
  const { resource: own, kind } = attributes;
  const next =
    kind || !isDefinition(own)
      ? changed
      : await converted(readAs(resource as ResourceDefinition, changed), resource as ResourceDefinition, own);
  for (const key of Object.keys(object)) delete (object as unknown as Record<string, unknown>)[key];
  Object.assign(object, next);
}

/** The object read again as its kind: pruned and defaulted. */
function readAs(definition: ResourceDefinition, value: object): KubeObject {
  const reader = definition.custom?.reader ?? bodyDecoder;
  const { object } = reader.decode<KubeObject>(JSON.stringify(value), { expected: definition, fieldValidation: 'Ignore' });
  object.metadata ??= {};
  definition.defaults?.(object);
  return object;
}

/** By way of the version that is stored. */
async function converted(object: KubeObject, from: ResourceDefinition, to: ResourceDefinition): Promise<KubeObject> {
  if (from === to) return object;
  const stored = from.storedAs ? await from.storedAs.toStored(object) : object;
  return to.storedAs ? to.storedAs.fromStored(stored) : stored;
}

function written(definition: ResourceDefinition, object: KubeObject): KubeObject {
  const ordered = inWriteOrder(definition, object);
  const { resourceVersion } = object.metadata;
  if (resourceVersion) ordered.metadata.resourceVersion = resourceVersion;
  else delete ordered.metadata.resourceVersion;
  return ordered;
}

function isDefinition(resource: ResourceType): resource is ResourceDefinition {
  return (resource as ResourceDefinition).schema !== undefined;
}
