import { countedKind } from '../../api/quota/counts.ts';
import { evaluatorOf, SPECIAL_RESOURCES } from '../../api/quota/evaluator.ts';
import * as builtIn from '../../api/resources.ts';
import { discover } from '../../client/discovery.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { groupResource } from '../../machinery/resource.ts';
import type { ControllerContext } from '../framework/controller.ts';

const BUILT_IN = new Map<string, ResourceType>();
for (const type of Object.values(builtIn) as ResourceType[]) {
  const name = groupResource(type);
  if (!BUILT_IN.has(name)) BUILT_IN.set(name, type);
}

/** The kinds whose objects use any of these resources, as `pods` or `deployments.apps`. */
export function kindsMeasuring(resources: readonly string[]): string[] {
  const special = SPECIAL_RESOURCES.filter((name) => resources.some((resource) => evaluatorOf(splitName(name)).measures(resource)));
  const counted = resources.map(countedKind).filter((name) => name !== undefined);
  return [...new Set([...special, ...counted])];
}

/** `deployments.apps` as group and plural. */
export function splitName(name: string): { group: string; plural: string } {
  const dot = name.indexOf('.');
  return dot < 0 ? { group: '', plural: name } : { group: name.slice(dot + 1), plural: name.slice(0, dot) };
}

/** The type behind a name; undefined where the server has none whose objects could be counted. */
export async function typeNamed(
  name: string,
  { cache, api }: ControllerContext,
  signal: AbortSignal,
): Promise<ResourceType<KubeObject> | undefined> {
  const known = BUILT_IN.get(name);
  if (known) return known.namespaced && cache.serves(known) ? known : undefined;
  const types = await discover(api, signal);
  return types.find((type) => groupResource(type) === name && type.namespaced && type.verbs.includes('watch'));
}
