import { z } from 'zod';
import { call, contract, stream } from './contract.ts';
import { WireError } from './frames.ts';
import { KubeObject, none, ResourceAddress } from './schemas.ts';

const InCluster = z.object({ cluster: z.string() });
const Collection = InCluster.extend({ resource: ResourceAddress, namespace: z.string().optional() });
const One = Collection.extend({ name: z.string().min(1), subresource: z.enum(['status', 'scale']).optional() });

/**
 * A change of a watched collection. What the window holds after `synced` is what the server has; after
 * `disconnected` it may be old until the next `synced`.
 */
export const WatchDelta = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('changes'),
    /** Added or changed objects. */
    set: KubeObject.array(),
    /** Keys (`namespace/name` or `name`) of deleted objects. */
    removed: z.string().array(),
  }),
  z.object({ type: z.literal('synced') }),
  z.object({ type: z.literal('disconnected'), error: WireError }),
]);
export type WatchDelta = z.infer<typeof WatchDelta>;

/** What became of one document of a YAML file. */
export const DocumentResult = z.object({
  /** Place in the file, from 0; lines from 1. */
  index: z.number(),
  line: z.number(),
  kind: z.string().optional(),
  name: z.string().optional(),
  namespace: z.string().optional(),
  outcome: z.enum(['created', 'configured', 'unchanged', 'failed']),
  error: WireError.optional(),
});
export type DocumentResult = z.infer<typeof DocumentResult>;

const PatchType = z.enum(['json', 'merge', 'strategic', 'apply']);

/** The Kubernetes API of a cluster, any kind. Failures arrive as `ApiError` with Kubernetes' Status. */
export const kubeIpc = contract('kube', {
  list: call(
    Collection.extend({ labelSelector: z.string().optional(), fieldSelector: z.string().optional() }),
    z.object({ items: KubeObject.array(), resourceVersion: z.string().optional() }),
  ),
  get: call(One, KubeObject),
  create: call(Collection.extend({ object: KubeObject, dryRun: z.boolean().optional() }), KubeObject),
  update: call(One.extend({ object: KubeObject, dryRun: z.boolean().optional() }), KubeObject),
  patch: call(One.extend({ patch: z.unknown(), type: PatchType }), KubeObject),
  delete: call(
    One.extend({
      gracePeriodSeconds: z.number().int().min(0).optional(),
      propagationPolicy: z.enum(['Foreground', 'Background', 'Orphan']).optional(),
      /** Refuses to delete a successor of the same name. */
      uid: z.string().optional(),
    }),
    none,
  ),
  /** Shared by all windows: main holds one watch per cluster, kind and namespace. */
  watch: stream(Collection, WatchDelta),
  /** Creates or server-side-applies every document; one that fails does not stop the rest. */
  applyYaml: call(
    InCluster.extend({
      yaml: z.string(),
      /** For namespaced documents that name none. */
      namespace: z.string().optional(),
      mode: z.enum(['create', 'apply']),
      dryRun: z.boolean().optional(),
    }),
    DocumentResult.array(),
  ),
  /** The kinds the cluster serves. */
  resources: call(InCluster, ResourceAddress.extend({ verbs: z.string().array() }).array()),
  version: call(InCluster, z.object({ gitVersion: z.string() })),
});
