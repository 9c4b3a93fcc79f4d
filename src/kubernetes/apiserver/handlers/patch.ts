import { ApiError, badRequest } from '../../machinery/status.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { updateObject } from '../writes/update.ts';
import { answerObject } from './answer.ts';
import type { Exchange } from './endpoint.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, writeContext } from './write-options.ts';

/** PATCH of an object. */
export async function handlePatch(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const options = parseWriteQuery(request.query, 'PatchOptions');
  const body = await exchange.readBody();
  const patch = parsePatch(body);
  const apply = (current: KubeObject) => mergePatch(structuredClone(current), patch) as KubeObject;
  const stored = await updateObject(endpoint.registry, targetOf(exchange), ({ object }) => apply(object), writeContext(request, options));
  return answerObject(exchange, 200, stored);
}

function parsePatch(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result = (typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {}) as Record<string, unknown>;
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

export type { ApiError };
