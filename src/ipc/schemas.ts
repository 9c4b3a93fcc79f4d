import { z } from 'zod';
import type { KubeObject as KubeObjectType } from '../kubernetes/machinery/meta.ts';

/** No value, either way. `null` is what `undefined` becomes in JSON. */
export const none = z.union([z.undefined(), z.null(), z.void()]).transform((): void => undefined);

/** Any Kubernetes object. Only its outline is checked: its server knows the rest, and lists are long. */
export const KubeObject = z.custom<KubeObjectType>(
  (value) => isRecord(value) && isRecord(value.metadata) && optionalString(value.metadata.name),
  'is not a Kubernetes object',
);

/** The address of a kind, as `ResourceType`. */
export const ResourceAddress = z.object({
  group: z.string(),
  version: z.string(),
  kind: z.string(),
  plural: z.string().regex(/^[a-z0-9-]+$/),
  namespaced: z.boolean(),
});
export type ResourceAddress = z.infer<typeof ResourceAddress>;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function optionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
