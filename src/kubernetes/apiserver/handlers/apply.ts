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
import { permitCreate } from './create-permission.ts';
import type { Exchange } from './endpoint.ts';
import { booleanOf } from './query.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, untrackedWrite, type WriteQuery } from './write-options.ts';

/** PATCH with an apply configuration: server-side apply. Creates what is not there. */
export async function handleApply(exchange: Exchange): Promise<void> {
  const { options, force, ...configuration } = await readApply(exchange);
  const { stored, created } = await applyOrCreate(exchange, configuration, options, force);
  return answerObject(exchange, created ? 201 : 200, stored);
}

/** The configuration of an apply request, and what its query says. */
export async function readApply(exchange: Exchange): Promise<Configuration & { options: WriteQuery; force: boolean }> {
  const { request } = exchange;
  const options = parseWriteQuery(request.query, 'PatchOptions');
  if (options.fieldManager === '') {
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [required('fieldManager', 'is required for apply patch')]);
  }
  return { ...parseConfiguration(await exchange.readBody()), options, force: booleanOf(request.query, 'force') ?? false };
}

async function applyOrCreate(
  exchange: Exchange,
  { config, duplicates }: Configuration,
  options: WriteQuery,
  force: boolean,
): Promise<{ stored: StoredObject; created: boolean }> {
  const { endpoint, request } = exchange;
  const target = targetOf(exchange);
  const write = untrackedWrite(request, options);
  const next = (live: KubeObject | undefined) => {
    const object = appliedTo(exchange, live, config, options.fieldManager, force);
    if (options.fieldValidation === 'Strict') rejectDuplicates(duplicates);
    return object;
  };
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
      const creating = { ...write, permitCreate: () => permitCreate(exchange) };
      return { stored: await createObject(endpoint.registry, target, object, creating), created: true };
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

interface Configuration {
  readonly config: KubeObject;
  /** Keys that were given twice, as {@link yamlToJson} tells them. */
  readonly duplicates: readonly string[];
}

/** What the schema has to say comes before this. Who is not strict hears nothing: upstream's text fits into no header. */
function rejectDuplicates(duplicates: readonly string[]): void {
  if (duplicates.length === 0) return;
  const lines = duplicates.map((duplicate) => `\n  ${duplicate}`).join('');
  throw badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:${lines}`);
}

function parseConfiguration(body: Buffer): Configuration {
  let config: unknown;
  let duplicates: readonly string[];
  try {
    const read = yamlToJson(body.toString());
    config = parseJson(read.json);
    duplicates = read.duplicates;
  } catch (error) {
    if (error instanceof YamlError) throw badRequest(`error decoding YAML: ${error.message}`);
    throw error;
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) throw badRequest('error decoding YAML: not an object');
  const { apiVersion = '', kind = '' } = config as KubeObject;
  const { group, version } = parseApiVersion(apiVersion);
  if (version === '' || kind === '') throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`);
  return { config: config as KubeObject, duplicates };
}
