import type { ResourceDefinition } from '../../../api/define.ts';
import { lookupSchema } from '../../../api/schemas.ts';
import { JsonPatchValue, misplacedTypes, ObjectValue } from '../../../machinery/cel/schema/mutation.ts';
import { CelList, type CelValue } from '../../../machinery/cel/values/value.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import { type ApplyType, ApplyTypes, deduced, TypedError } from '../../../machinery/patch/apply/atoms.ts';
import { mergeTyped } from '../../../machinery/patch/apply/merge.ts';
import { checkTyped } from '../../../machinery/patch/apply/typed-check.ts';
import { JsonPatchError, type JsonPatchOperation, jsonPatch } from '../../../machinery/patch/json.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import { atomicsIn } from './atomics.ts';

const applyTypes = new ApplyTypes(lookupSchema);

/** What a mutation came to cannot be done to the object. */
export class PatchFault extends Error {
  override readonly name = 'PatchFault';
}

/** The object with an applied configuration laid over it. Nobody comes to own the fields. */
export function withConfiguration(object: KubeObject, value: CelValue, resource: ResourceType | undefined): KubeObject {
  if (!(value instanceof ObjectValue)) throw new PatchFault('unexpected evaluation result: not an Object');
  refuseMisplaced(value);
  const type = applyTypeOf(resource);
  const configuration = { ...value.toData(), kind: object.kind, apiVersion: object.apiVersion };
  try {
    checkTyped(configuration, type, { duplicates: true });
    const atomics = atomicsIn(configuration, type);
    if (atomics.length > 0) {
      throw new PatchFault(
        `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`,
      );
    }
    return mergeTyped(object, configuration, type) as KubeObject;
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    throw new PatchFault(`error applying patch: failed to convert patch object to typed object: ${error.message}`, { cause: error });
  }
}

/** The object after JSON patch operations; itself where a `test` among them fails. */
export function withOperations(object: KubeObject, value: CelValue): KubeObject {
  if (!(value instanceof CelList)) throw new PatchFault('type mismatch: JSONPatchType.expression should evaluate to array');
  const operations = [...value].map(operationOf);
  try {
    return jsonPatch(object, operations) as KubeObject;
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    if (/test failed$/.test(error.message)) return object;
    throw new PatchFault(`JSON Patch: ${error.message}`, { cause: error });
  }
}

function operationOf(value: CelValue): JsonPatchOperation {
  if (!(value instanceof JsonPatchValue))
    throw new PatchFault('type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch');
  if (value.value instanceof ObjectValue) refuseMisplaced(value.value);
  return value.toData() as JsonPatchOperation;
}

function refuseMisplaced(value: ObjectValue): void {
  const faults = misplacedTypes(value, value.type.name);
  if (faults.length > 0) throw new PatchFault(`type mismatch: ${faults.join('\n')}`);
}

function applyTypeOf(resource: ResourceType | undefined): ApplyType {
  const { custom, schema } = (resource ?? {}) as Partial<ResourceDefinition>;
  return custom?.applyType ?? (schema ? applyTypes.struct(schema) : deduced);
}
