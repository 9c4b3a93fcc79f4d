import type { KubeObject } from '../../machinery/meta.ts';
import { updateObject } from '../writes/update.ts';
import { answerObject } from './answer.ts';
import { handleApply } from './apply.ts';
import type { Exchange } from './endpoint.ts';
import { checkPatchType, mediaTypeOf, patchedBy } from './patch-body.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, writeContext } from './write-options.ts';

/** PATCH of an object or of a subresource that has the object's own kind. */
export async function handlePatch(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  if (mediaTypeOf(request) === 'application/apply-patch+yaml') return handleApply(exchange);
  checkPatchType(request, endpoint.definition);
  const options = parseWriteQuery(request.query, 'PatchOptions');
  const body = await exchange.readBody();
  const transform = ({ object }: { object: KubeObject }) => {
    const next = patchedBy(request, endpoint.definition, body, object, options.fieldValidation);
    endpoint.definition.defaults?.(next);
    return next;
  };
  const stored = await updateObject(endpoint.registry, targetOf(exchange), transform, writeContext(request, options));
  return answerObject(exchange, 200, stored);
}
