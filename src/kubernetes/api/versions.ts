import type { KubeObject } from '../machinery/meta.ts';
import { apiVersionOf } from '../machinery/resource.ts';
import type { ResourceDefinition } from './define.ts';
import { definitions } from './registry.ts';

/** The built-in kind of `definition` at another version, where it is served at that. */
export function atVersion(definition: ResourceDefinition, apiVersion: string): ResourceDefinition | undefined {
  const stored = storedOf(definition);
  return definitions.find((other) => storedOf(other) === stored && apiVersionOf(other) === apiVersion);
}

/** An object of one version of a built-in kind as one of another, by way of what is stored. */
export function convert(object: KubeObject, from: ResourceDefinition, to: ResourceDefinition): KubeObject {
  if (from === to) return object;
  const stored = from.storedAs ? from.storedAs.toStored(object) : object;
  // Built-in kinds convert at once.
  return (to.storedAs ? to.storedAs.fromStored(stored as KubeObject) : stored) as KubeObject;
}

function storedOf(definition: ResourceDefinition): ResourceDefinition {
  return definition.storedAs?.definition ?? definition;
}
