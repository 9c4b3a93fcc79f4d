import type { KubeObject } from '../../machinery/meta.ts';
import { isAlreadyExists } from '../../machinery/status.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { WriteContext } from '../writes/context.ts';
import { createObject, placeInNamespace } from '../writes/create.ts';
import type { Target } from '../writes/registry.ts';
import { checkName, updateObject } from '../writes/update.ts';
import { checkUid, createsOnUpdate } from '../writes/versions.ts';
import { answerObject } from './answer.ts';
import { permitCreate } from './create-permission.ts';
import { decodeBody } from './decode.ts';
import type { Exchange } from './endpoint.ts';
import { targetOf } from './target.ts';
import { type FieldValidation, parseWriteQuery, type WriteQuery, writeContext } from './write-options.ts';

/** PUT of an object or of one of its subresources that has the object's own kind (status, finalize, resize ...). */
export async function handleUpdate(exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const options = parseWriteQuery(request.query, 'UpdateOptions');
  const next = await readObject(exchange, options.fieldValidation);
  const { stored, created } = await updateOrCreate(exchange, options, next);
  return answerObject(exchange, created ? 201 : 200, stored);
}

/** Gives the object in the body, a copy of its own every time: an attempt may change it on its way. */
async function readObject(exchange: Exchange, fieldValidation: FieldValidation): Promise<() => KubeObject> {
  const { endpoint, request } = exchange;
  const body = await exchange.readBody();
  const target = targetOf(exchange);
  const decode = (validation: FieldValidation) => {
    const object = decodeBody(request, endpoint.definition, body, validation);
    placeInNamespace(target, object);
    checkName(target, object);
    endpoint.definition.defaults?.(object);
    request.audit?.requestObject(object);
    return object;
  };
  let first: KubeObject | undefined = decode(fieldValidation);
  return () => {
    const object = first ?? decode('Ignore');
    first = undefined;
    return object;
  };
}

async function updateOrCreate(
  exchange: Exchange,
  options: WriteQuery,
  next: () => KubeObject,
): Promise<{ stored: StoredObject; created: boolean }> {
  const { registry } = exchange.endpoint;
  const target = targetOf(exchange);
  const write = writeContext(exchange.request, options);
  const transform = ({ object: current }: StoredObject) => {
    const object = next();
    checkUid(target, object.metadata.uid, current);
    return object;
  };
  for (;;) {
    if (!(await mustCreate(exchange, target))) return { stored: await updateObject(registry, target, transform, write), created: false };
    try {
      return {
        stored: await createFrom(exchange, target, next(), { ...write, permitCreate: () => permitCreate(exchange) }),
        created: true,
      };
    } catch (error) {
      // Somebody created it in the meantime: then there is something to update.
      if (!isAlreadyExists(error) || options.dryRun) throw error;
    }
  }
}

async function mustCreate({ endpoint }: Exchange, { definition, namespace, name, subresource }: Target): Promise<boolean> {
  if (subresource !== '' || !createsOnUpdate(definition)) return false;
  await endpoint.registry.cache.catchUp();
  return !(await endpoint.cache.get(namespace, name));
}

function createFrom({ endpoint }: Exchange, target: Target, object: KubeObject, write: WriteContext): Promise<StoredObject> {
  checkUid(target, object.metadata.uid, undefined);
  // Of whatever version the object was thought to be: there is none.
  delete object.metadata.resourceVersion;
  return createObject(endpoint.registry, target, object, write);
}
