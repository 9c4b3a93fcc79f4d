import type { ResourceDefinition } from '../../api/define.ts';
import { groupResource } from '../../machinery/resource.ts';
import { isNotFound, type Status } from '../../machinery/status.ts';
import { negotiate } from '../http/negotiate.ts';
import { send } from '../http/response.ts';
import type { RequestContext } from '../request.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { type DeleteOptions, deleteObject } from '../writes/delete.ts';
import { answerObject, answerValue } from './answer.ts';
import { decodeAny } from './decode.ts';
import { checkDeleteOptions } from './delete-options.ts';
import { encodeList, SCHEMAS } from './encode.ts';
import type { Exchange } from './endpoint.ts';
import { pageOf } from './list.ts';
import { parseListQuery } from './list-options.ts';
import { booleanOf, integerOf } from './query.ts';
import { targetOf } from './target.ts';
import { untrackedWrite } from './write-options.ts';

/** Kinds whose delete answers with the object even when it is gone. */
const ANSWERS_OBJECT = new Set([
  'pods',
  'podtemplates',
  'persistentvolumes',
  'persistentvolumeclaims',
  'resourcequotas',
  'services',
  'serviceaccounts',
  'storageclasses.storage.k8s.io',
  'csidrivers.storage.k8s.io',
  'csinodes.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'volumeattributesclasses.storage.k8s.io',
  'deviceclasses.resource.k8s.io',
  'resourceclaims.resource.k8s.io',
  'resourceclaimtemplates.resource.k8s.io',
  'resourceslices.resource.k8s.io',
]);

/** DELETE of one object. */
export async function handleDelete(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const options = await deleteOptionsOf(exchange);
  warnOfDependents(exchange, options);
  const write = untrackedWrite(request, { dryRun: (options.dryRun?.length ?? 0) > 0 });
  const { stored, gone } = await deleteObject(endpoint.registry, targetOf(exchange), options, write);
  const { definition } = endpoint;
  if (!gone || ANSWERS_OBJECT.has(groupResource(definition))) {
    return answerObject(exchange, !gone && options.orphanDependents === false ? 202 : 200, stored);
  }
  return answerValue(exchange, 200, deletedStatus(definition, stored), SCHEMAS.status);
}

function deletedStatus({ group, plural }: ResourceDefinition, { object: { metadata } }: StoredObject): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: metadata.name ?? '', ...(group ? { group } : {}), kind: plural, uid: metadata.uid ?? '' },
  };
}

/** DELETE of a collection: every match on its own, answered with the list of them. */
export async function handleDeleteCollection(exchange: Exchange): Promise<void> {
  const { endpoint, request, response } = exchange;
  const options = await deleteOptionsOf(exchange);
  warnOfDependents(exchange, options);
  const query = parseListQuery(endpoint.definition, request.query, false);
  const { items, metadata } = await pageOf(exchange, query);
  const write = untrackedWrite(request, { dryRun: (options.dryRun?.length ?? 0) > 0 });
  const deleted = await Promise.all(
    items.map(async (stored) => {
      const { namespace = '', name = '' } = stored.object.metadata;
      try {
        await deleteObject(endpoint.registry, { ...targetOf(exchange), namespace, name }, options, write);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      return stored;
    }),
  );
  const { encoding } = negotiate(request.headers.accept, { custom: endpoint.definition.custom !== undefined });
  return send(request, response, 200, encodeList(endpoint.definition, deleted, metadata, encoding));
}

function warnOfDependents({ endpoint, request }: Exchange, { propagationPolicy, orphanDependents }: DeleteOptions): void {
  const { dependentsWarning } = endpoint.definition;
  if (dependentsWarning && propagationPolicy === undefined && orphanDependents === undefined) request.warnings.add(dependentsWarning);
}

/** Options may come as a body or, in part, in the query; the body wins. */
async function deleteOptionsOf({ request, readBody }: Exchange): Promise<DeleteOptions> {
  const body = await readBody();
  const options = body.length > 0 ? fromBody(request, body) : fromQuery(request.query);
  checkDeleteOptions(options);
  return options;
}

const DELETE_OPTIONS = { group: '', version: 'v1', kind: 'DeleteOptions' };

function fromBody(request: RequestContext, body: Buffer): DeleteOptions {
  return decodeAny(request, DELETE_OPTIONS, body, 'Ignore').object as DeleteOptions;
}

function fromQuery(query: URLSearchParams): DeleteOptions {
  const options: DeleteOptions = {};
  const grace = integerOf(query, 'gracePeriodSeconds');
  const orphan = booleanOf(query, 'orphanDependents');
  const policy = query.get('propagationPolicy');
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  if (grace !== undefined) options.gracePeriodSeconds = grace;
  if (orphan !== undefined) options.orphanDependents = orphan;
  if (policy) options.propagationPolicy = policy as NonNullable<DeleteOptions['propagationPolicy']>;
  if (dryRun.length > 0) options.dryRun = dryRun;
  return options;
}
