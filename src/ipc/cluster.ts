import { z } from 'zod';
import { call, contract, event } from './contract.ts';
import { none } from './schemas.ts';

/** A cluster's name becomes part of container and host names, so it is a DNS label with room for a suffix. */
export const ClusterName = z
  .string()
  .min(1, 'A name is needed')
  .max(40, 'At most 40 characters')
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'Lower-case letters, digits and dashes; starts and ends with a letter or digit');

export const ClusterSpec = z.object({
  name: ClusterName,
  controlPlanes: z.literal(1),
  workers: z.number().int('A whole number').min(0, 'At least 0').max(20, 'At most 20'),
  /** Port on 127.0.0.1 for the API server; a free one is chosen when absent. */
  apiPort: z.number().int('A whole number').min(1024, 'From 1024').max(65535, 'At most 65535').optional(),
});
export type ClusterSpec = z.infer<typeof ClusterSpec>;

export const ClusterNode = z.object({
  name: z.string(),
  role: z.enum(['control-plane', 'worker']),
  state: z.enum(['creating', 'running', 'stopped', 'failed']),
});
export type ClusterNode = z.infer<typeof ClusterNode>;

const ClusterState = z.enum(['creating', 'running', 'stopped', 'failed', 'deleting']);

export const ClusterSummary = z.object({
  name: z.string(),
  state: ClusterState,
  nodes: ClusterNode.array(),
  /** `https://127.0.0.1:<port>`. */
  apiServer: z.string().optional(),
  /** RFC 3339. */
  createdAt: z.string(),
  /** One sentence on why the cluster is `failed`. */
  error: z.string().optional(),
});
export type ClusterSummary = z.infer<typeof ClusterSummary>;

export const ClusterOperation = z.enum(['create', 'delete', 'start', 'stop', 'load-image']);
export type ClusterOperation = z.infer<typeof ClusterOperation>;

/** Where one step of a long operation stands. A step is told again each time its state or detail changes. */
export const ProvisionStep = z.object({
  cluster: z.string(),
  operation: ClusterOperation,
  /** Stable within the operation, `join-worker2`. */
  step: z.string(),
  /** For people, "Joining worker 2". */
  title: z.string(),
  state: z.enum(['pending', 'running', 'done', 'failed']),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  durationMs: z.number().optional(),
  detail: z.string().optional(),
  /** A file with the log of what failed, on the machine main runs on. */
  logFile: z.string().optional(),
});
export type ProvisionStep = z.infer<typeof ProvisionStep>;

export const EngineStatus = z.object({
  available: z.boolean(),
  version: z.string().optional(),
  /** What is wrong, one sentence. */
  problem: z.string().optional(),
  /** What to do about it, one sentence or command. */
  remedy: z.string().optional(),
});
export type EngineStatus = z.infer<typeof EngineStatus>;

export interface OperationOptions {
  onStep?: ((step: ProvisionStep) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** What turns machines into clusters; `provision` implements it, the app and the CLI call it. */
export interface ClusterService {
  list(): Promise<ClusterSummary[]>;
  create(spec: ClusterSpec, options?: OperationOptions): Promise<ClusterSummary>;
  delete(name: string, options?: OperationOptions): Promise<void>;
  start(name: string, options?: OperationOptions): Promise<void>;
  stop(name: string, options?: OperationOptions): Promise<void>;
  /** The admin kubeconfig with embedded certificates and server `https://127.0.0.1:<port>`. */
  kubeconfig(name: string): Promise<string>;
  /** Loads an image of the local engine, or of a tar file, into every node. */
  loadImage(name: string, source: string, options?: OperationOptions): Promise<void>;
  engine(): Promise<EngineStatus>;
}

const ByName = z.object({ name: z.string() });

/** What the renderer may ask of main about clusters; inputs are checked on arrival. */
export const clusterIpc = contract('cluster', {
  engine: call(none, EngineStatus),
  list: call(none, ClusterSummary.array()),
  create: call(ClusterSpec, ClusterSummary),
  start: call(ByName, none),
  stop: call(ByName, none),
  delete: call(ByName, none),
  /** Ends the running operation of a cluster; its call fails with an abort. */
  cancel: call(ByName, none),
  /** The steps of a cluster's latest operation, for a window that opens in the middle of it. */
  steps: call(ByName, ProvisionStep.array()),
  /** The log a failed step pointed at, its last 256 KiB. */
  stepLog: call(z.object({ name: z.string(), step: z.string() }), z.string()),
  loadImage: call(z.object({ name: z.string(), source: z.string().min(1) }), none),
  kubeconfig: call(ByName, z.string()),
  progress: event(ProvisionStep),
  /** Told after anything about clusters changed. */
  changed: event(ClusterSummary.array()),
});
