import type { ResourceDefinition } from '../../src/kubernetes/api/define.ts';
import { bodyDecoder } from '../../src/kubernetes/api/schemas.ts';
import { objectFaults } from '../../src/kubernetes/api/validation/object.ts';
import type { FieldError } from '../../src/kubernetes/machinery/field-error.ts';
import type { KubeObject } from '../../src/kubernetes/machinery/meta.ts';
import { apiVersionOf } from '../../src/kubernetes/machinery/resource.ts';

/** An object of a kind as the API server has it when it validates a create, admission apart. */
export function prepared<T extends KubeObject>(definition: ResourceDefinition<T>, body: object): T {
  const text = JSON.stringify({ apiVersion: apiVersionOf(definition), kind: definition.kind, ...body });
  const { object } = bodyDecoder.decode<T>(text, { expected: definition, fieldValidation: 'Strict' });
  object.metadata = { ...object.metadata };
  definition.defaults?.(object);
  if (definition.namespaced) object.metadata.namespace ??= 'default';
  object.metadata.name ??= 'x';
  object.metadata.uid ??= '11111111-1111-1111-1111-111111111111';
  definition.prepareCreate?.(object, { username: 'jane', groups: ['system:authenticated'] });
  return object;
}

/** The faults of creating what `body` says, as lines of text. */
export function createFaults<T extends KubeObject>(definition: ResourceDefinition<T>, body: object): string[] {
  return [...objectFaults(definition, prepared(definition, body))].map(showFault);
}

/** The faults of changing `before`, by `change`. */
export function updateFaults<T extends KubeObject>(definition: ResourceDefinition<T>, before: object, change: (next: T) => void): string[] {
  const previous = prepared(definition, before);
  previous.metadata.resourceVersion = '1';
  const next = structuredClone(previous);
  change(next);
  definition.defaults?.(next);
  definition.prepareUpdate?.(next, previous);
  return [...objectFaults(definition, next, previous)].map(showFault);
}

const showFault = ({ field, message }: FieldError): string => `${field}: ${message}`;
