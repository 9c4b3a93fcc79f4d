import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { UserInfo } from '../request.ts';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write on its way to storage. `object` is the server's own copy and may be mutated by `mutate`. */
export interface AdmissionAttributes {
  operation: AdmissionOperation;
  resource: ResourceDefinition;
  subresource: string;
  namespace: string;
  name: string;
  /** Absent for DELETE. */
  object?: KubeObject;
  oldObject?: KubeObject;
  user: UserInfo;
  dryRun: boolean;
  /** Body of the request's options (DeleteOptions and so on). */
  options?: unknown;
  signal: AbortSignal;
  warn(text: string): void;
}

/** One built-in admission plugin, named as upstream names it. Throw `forbidden(...)` or another ApiError to reject. */
export interface AdmissionPlugin {
  readonly name: string;
  handles(attributes: AdmissionAttributes): boolean;
  mutate?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}
