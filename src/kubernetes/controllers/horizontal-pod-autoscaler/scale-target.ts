import type { Scale } from '../../api/generated/autoscaling-v1.ts';
import type { HorizontalPodAutoscaler } from '../../api/generated/autoscaling-v2.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { type ResourceType, resourcePath } from '../../machinery/resource.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { DiscoveredKinds } from './discovered-kinds.ts';

/** The object that an autoscaler scales, by its scale subresource. */
export interface ScaleTarget {
  readonly scale: Scale;
  /** Asks for so many replicas of the version that was read. */
  resize(replicas: number, signal: AbortSignal): Promise<void>;
}

/** Reads what an autoscaler scales. */
export async function readTarget(
  { metadata, spec }: HorizontalPodAutoscaler,
  kinds: DiscoveredKinds,
  api: ApiClient,
  signal: AbortSignal,
): Promise<ScaleTarget> {
  const { kind, name, apiVersion = '' } = spec.scaleTargetRef;
  if (apiVersion.split('/').length > 2) throw new Error(`unexpected GroupVersion string: ${apiVersion}`);
  const type = await kinds.of(apiVersion, kind, api, signal);
  const path = resourcePath(type, { namespace: metadata.namespace, name, subresource: 'scale' });
  const scale = await readScale(path, type, kinds, api, signal);
  return {
    scale,
    resize: async (replicas, during) => {
      await api.raw('PUT', path, { body: { ...scale, spec: { ...scale.spec, replicas } } }, during);
    },
  };
}

async function readScale(path: string, type: ResourceType, kinds: DiscoveredKinds, api: ApiClient, signal: AbortSignal): Promise<Scale> {
  try {
    return JSON.parse(await api.raw('GET', path, {}, signal)) as Scale;
  } catch (error) {
    if (isNotFound(error)) kinds.forget(type);
    throw error;
  }
}
