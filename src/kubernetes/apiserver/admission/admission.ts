import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { UserInfo } from '../request.ts';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write on its way to storage. `object` is the server's own copy and may be mutated by `mutate` and `allocate`. */
export interface AdmissionAttributes {
  operation: AdmissionOperation;
  resource: ResourceType;
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
  /**
   * After validation and before any plugin's `validate`: fills in what only the server can choose, such as cluster
   * addresses. What is chosen must not be lost when the write fails later.
   */
  allocate?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}
