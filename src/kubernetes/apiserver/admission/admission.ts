import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { UserInfo } from '../request.ts';
import type { Reinvocation } from './reinvocation.ts';

/** A kind at a version. */
export interface AdmissionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write on its way to storage. `object` is the server's own copy and may be mutated by `mutate`. */
export interface AdmissionAttributes {
  operation: AdmissionOperation;
  resource: ResourceType;
  subresource: string;
  namespace: string;
  name: string;
  /** Absent for DELETE. */
  object?: KubeObject;
  oldObject?: KubeObject;
  /** What `object` is where a subresource takes another kind than the resource's own: Scale, Eviction, PodExecOptions. */
  kind?: AdmissionKind;
  user: UserInfo;
  /** Of the request behind the write, where there is one: an UPDATE is an `update` or a `patch`. */
  verb?: string;
  dryRun: boolean;
  /** The request's options (DeleteOptions and so on). */
  options?: object;
  signal: AbortSignal;
  warn(text: string): void;
  /** Notes something for the audit log. */
  annotate?(key: string, value: string): void;
  /** Set while plugins mutate. */
  reinvocation?: Reinvocation;
}

/** One built-in admission plugin, named as upstream names it. Throw `forbidden(...)` or another ApiError to reject. */
export interface AdmissionPlugin {
  readonly name: string;
  handles(attributes: AdmissionAttributes): boolean;
  mutate?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}
