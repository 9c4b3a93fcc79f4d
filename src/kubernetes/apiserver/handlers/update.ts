import type { KubeObject } from '../../machinery/meta.ts';
import { placeInNamespace } from '../writes/create.ts';
import { checkName, updateObject } from '../writes/update.ts';
import { checkVersionNamed } from '../writes/versions.ts';
import { answerObject } from './answer.ts';
import { decodeBody } from './decode.ts';
import type { Exchange } from './endpoint.ts';
import { targetOf } from './target.ts';
import { type FieldValidation, parseWriteQuery, writeContext } from './write-options.ts';

/** PUT of an object or of one of its subresources that has the object's own kind (status, finalize, resize ...). */
export async function handleUpdate(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const options = parseWriteQuery(request.query, 'UpdateOptions');
  const body = await exchange.readBody();
  const target = targetOf(exchange);
  const decode = (validation: FieldValidation) => {
    const object = decodeBody(request, endpoint.definition, body, validation);
    checkName(target, object);
    placeInNamespace(target, object);
    endpoint.definition.defaults?.(object);
    request.audit?.requestObject(object);
    return object;
  };
  let first: KubeObject | undefined = decode(options.fieldValidation);
  const next = () => {
    // A second attempt starts from the body again: the first may have been changed on its way.
    const object = first ?? decode('Ignore');
    first = undefined;
    checkVersionNamed(target, object);
    return object;
  };
  const stored = await updateObject(endpoint.registry, target, next, writeContext(request, options));
  return answerObject(exchange, 200, stored);
}
