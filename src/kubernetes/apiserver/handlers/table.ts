import type { ResourceDefinition, Verb } from '../../api/define.ts';
import type { RequestContext } from '../request.ts';
import { handleCreate } from './create.ts';
import { handleDelete, handleDeleteCollection } from './delete.ts';
import type { Endpoint, Handler } from './endpoint.ts';
import { handleGet } from './get.ts';
import { handleList } from './list.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { observedHandler } from './observed.ts';
import { handlePatch } from './patch.ts';
import { subresourceHandler } from './subresources.ts';
import { handleUpdate } from './update.ts';
import { handleWatch } from './watch.ts';

const HANDLERS: Readonly<Record<Verb, Handler>> = {
  create: handleCreate,
  delete: handleDelete,
  deletecollection: handleDeleteCollection,
  get: handleGet,
  list: handleList,
  patch: handlePatch,
  update: handleUpdate,
  watch: handleWatch,
};

const COLLECTION_VERBS = new Set(['create', 'list', 'watch', 'deletecollection']);

/** Who answers this verb on this resource; undefined for a path that is not served, 405 for a verb that is not. */
export function handlerFor({ definition, observed }: Endpoint, { info, method }: RequestContext): Handler | undefined {
  if (info.parts.length > 0) return undefined;
  if (info.subresource !== '') return subresourceHandler(definition, info.subresource, method);
  if (info.oldWatch && method !== 'GET') throw methodNotAllowed();
  // An old watch may be of one object.
  const named = !info.oldWatch && info.path.split('/').filter(Boolean).length > collectionDepth(info, definition);
  const verb = info.verb as Verb;
  if (!definition.verbs.includes(verb) || COLLECTION_VERBS.has(verb) === named) throw methodNotAllowed();
  return observed ? observedHandler(observed, verb) : HANDLERS[verb];
}

/** How many parts the path of a collection has. */
function collectionDepth({ group, namespace }: RequestContext['info'], definition: ResourceDefinition): number {
  return (group ? 4 : 3) + (definition.namespaced && namespace ? 2 : 0);
}
