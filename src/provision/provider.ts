import type { Readable } from 'node:stream';
import type { EngineStatus } from '../ipc/cluster.ts';

/** What a node needs to exist. Files are absolute paths in the node to contents. */
export interface MachineSpec {
  cluster: string;
  nodeName: string;
  role: 'control-plane' | 'worker';
  /** Image reference the provider knows after `ensureImage`. */
  image: string;
  files: Record<string, MachineFile>;
  /** Ports on 127.0.0.1 of this computer to ports of the node. */
  ports: { host: number; node: number }[];
}

export interface MachineFile {
  content: string;
  /** Octal, 0o600 for keys. */
  mode: number;
}

export interface Machine {
  cluster: string;
  nodeName: string;
  role: 'control-plane' | 'worker';
  state: 'running' | 'stopped' | 'failed';
}

/** The node image as this installation has it: a tag that names its content, and how to get the archive. */
export interface NodeImage {
  tag: string;
  /** Path of the raw root file system archive; builds it first where it is not there yet. */
  archive(options: { signal: AbortSignal; onProgress(text: string): void }): Promise<string>;
}

export interface ExecResult {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

/**
 * A place that machines come from: Docker Engine here, hosts over SSH later. Everything made for a cluster carries
 * its name as a label, so that deleting needs nothing but the name.
 */
export interface MachineProvider {
  /** Whether the place can be used, and if not, why and what to do. Never throws. */
  check(signal?: AbortSignal): Promise<EngineStatus>;
  /** Brings the image to the place unless it is there. */
  ensureImage(image: NodeImage, options: { signal: AbortSignal; onProgress(text: string): void }): Promise<void>;
  createNetwork(cluster: string, options: { sealed: boolean }, signal: AbortSignal): Promise<void>;
  createMachine(spec: MachineSpec, signal: AbortSignal): Promise<void>;
  startMachine(cluster: string, nodeName: string, signal: AbortSignal): Promise<void>;
  stopMachine(cluster: string, nodeName: string, signal: AbortSignal): Promise<void>;
  /** Machines of one cluster, or of all. */
  listMachines(cluster?: string): Promise<Machine[]>;
  exec(cluster: string, nodeName: string, argv: string[], options: { stdin?: Readable; signal: AbortSignal }): Promise<ExecResult>;
  /** What the machine printed and its log folder, as a stream of plain text. */
  logs(cluster: string, nodeName: string): Promise<string>;
  /** Removes machines, volumes and network. Nothing there is no error. */
  deleteCluster(cluster: string, signal: AbortSignal): Promise<void>;
  /** An image of the place's own store as a tar stream (`docker save`); throws a clear sentence when it has none. */
  exportImage(reference: string, signal: AbortSignal): Promise<Readable>;
}
