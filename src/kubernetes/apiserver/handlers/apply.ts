import { jsonCodec } from '../../api/schemas.ts';
import { parseJson } from '../../machinery/codec/json-value.ts';
import { YamlError, yamlToJson } from '../../machinery/codec/yaml.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { parseApiVersion } from '../../machinery/resource.ts';
import { badRequest, conflict, invalid, isAlreadyExists, notFound } from '../../machinery/status.ts';
import { required } from '../../machinery/validation/faults.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { createObject } from '../writes/create.ts';
import { applied } from '../writes/field-owners.ts';
import { checkName, updateObject } from '../writes/update.ts';
import { answerObject } from './answer.ts';
import type { Exchange } from './endpoint.ts';
import { booleanOf } from './query.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, untrackedWrite, type WriteQuery } from './write-options.ts';

/** PATCH with an apply configuration: server-side apply. Creates what is not there. */
export async function handleApply(exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const options = parseWriteQuery(request.query, 'PatchOptions');
  if (options.fieldManager === '') {
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [required('fieldManager', 'is required for apply patch')]);
  }
  const config = parseConfiguration(await exchange.readBody());
  const force = booleanOf(request.query, 'force') ?? false;
  const { stored, created } = await applyOrCreate(exchange, config, options, force);
  return answerObject(exchange, created ? 201 : 200, stored);
}

async function applyOrCreate(
  exchange: Exchange,
  config: KubeObject,
  options: WriteQuery,
  force: boolean,
): Promise<{ stored: StoredObject; created: boolean }> {
  const { endpoint, request } = exchange;
  const target = targetOf(exchange);
  const write = untrackedWrite(request, options);
  const next = (live: KubeObject | undefined) => appliedTo(exchange, live, config, options.fieldManager, force);
  for (;;) {
    if (await endpoint.cache.get(target.namespace, target.name)) {
      return { stored: await updateObject(endpoint.registry, target, ({ object }) => next(object), write), created: false };
    }
    if (target.subresource !== '') throw notFound(endpoint.definition, target.name);
    if (config.metadata?.uid) {
      throw conflict(
        endpoint.definition,
        target.name,
        `uid mismatch: the provided object specified uid ${config.metadata.uid}, and no existing object was found`,
      );
    }
    const object = next(undefined);
    checkName(target, object);
    try {
      return { stored: await createObject(endpoint.registry, target, object, write), created: true };
    } catch (error) {
      // Somebody created it in the meantime: then there is something to apply to.
      if (!isAlreadyExists(error) || options.dryRun) throw error;
    }
  }
}

/** The outcome of the apply as a typed object: pruned, in order, defaulted. */
function appliedTo(
  { endpoint, request }: Exchange,
  live: KubeObject | undefined,
  config: KubeObject,
  manager: string,
  force: boolean,
): KubeObject {
  const { definition } = endpoint;
  const outcome = applied(definition, request.info.subresource, live, config, { manager, now: endpoint.clock.now(), force });
  const object = definition.custom ? structuredClone(outcome) : typed(definition.schema, outcome);
  definition.defaults?.(object);
  return object;
}

function typed(schema: string, outcome: KubeObject): KubeObject {
  return jsonCodec.decode(schema, JSON.stringify(outcome), outcome).value as unknown as KubeObject;
}

function parseConfiguration(body: Buffer): KubeObject {
  let config: unknown;
  try {
    config = parseJson(yamlToJson(body.toString()).json);
  } catch (error) {
    if (error instanceof YamlError) throw badRequest(`error decoding YAML: ${error.message}`);
    throw error;
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) throw badRequest('error decoding YAML: not an object');
  const { apiVersion = '', kind = '' } = config as KubeObject;
  const { group, version } = parseApiVersion(apiVersion);
  if (version === '' || kind === '') throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`);
  return config as KubeObject;
}
