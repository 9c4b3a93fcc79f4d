import type { Clock } from '../../../base/clock.ts';
import { parseJson } from '../../machinery/codec/json-value.ts';
import { formatMicroTime, type KubeObject } from '../../machinery/meta.ts';
import type { Status } from '../../machinery/status.ts';
import type { RequestAudit, RequestContext, UserInfo } from '../request.ts';
import { type AuditEvent, eventOf } from './audit-event.ts';
import type { Stage } from './policy.ts';
import type { AuditScope } from './policy-rules.ts';

/** Writes down one request as it goes on. */
export class RequestAuditor implements RequestAudit {
  readonly #scope: AuditScope;
  readonly #clock: Clock;
  readonly #write: (event: AuditEvent) => void;
  readonly #event: AuditEvent;
  readonly #annotations: Map<string, string>;
  #panicked = false;

  constructor(request: RequestContext, user: UserInfo, scope: AuditScope, clock: Clock, write: (event: AuditEvent) => void) {
    this.#scope = scope;
    this.#clock = clock;
    this.#write = write;
    this.#annotations = request.auditAnnotations;
    this.#event = eventOf(request, user, scope.level, clock.now());
  }

  get wantsResponse(): boolean {
    return this.#scope.level === 'RequestResponse';
  }

  received(): void {
    this.#stage('RequestReceived');
  }

  impersonates(user: UserInfo): void {
    this.#event.impersonatedUser = user;
  }

  annotate(key: string, value: string): void {
    this.#annotations.set(key, value);
  }

  requestObject(object: object): void {
    const { objectRef } = this.#event;
    const { metadata } = object as Partial<KubeObject>;
    if (objectRef && metadata) {
      if (!objectRef.namespace && metadata.namespace) objectRef.namespace = metadata.namespace;
      if (!objectRef.name && metadata.name) objectRef.name = metadata.name;
      if (!objectRef.uid && metadata.uid) objectRef.uid = metadata.uid;
      if (!objectRef.resourceVersion && metadata.resourceVersion) objectRef.resourceVersion = metadata.resourceVersion;
    }
    // A copy: the object goes on to be defaulted, mutated and stored.
    if (this.#scope.level !== 'Metadata') this.#event.requestObject = this.#pruned(structuredClone(object));
  }

  patch(bytes: Buffer): void {
    if (this.#scope.level !== 'Metadata') this.#event.requestObject = parsed(bytes.toString());
  }

  responseObject(object: object): void {
    const status = object as Partial<Status>;
    if (status.kind === 'Status' && status.apiVersion === 'v1') this.status(status);
    if (this.wantsResponse) this.#event.responseObject = this.#pruned(structuredClone(object));
  }

  status({ status, message, reason, details, code }: Partial<Status>): void {
    this.#event.responseStatus = {
      metadata: {},
      ...(status ? { status } : {}),
      ...(message ? { message } : {}),
      ...(reason ? { reason } : {}),
      ...(details ? { details } : {}),
      ...(code ? { code } : {}),
    };
  }

  started(code: number): void {
    this.#answered(code);
    this.#stage('ResponseStarted');
  }

  panicked(message: string): void {
    this.#panicked = true;
    this.#event.responseStatus = {
      metadata: {},
      status: 'Failure',
      message: `APIServer panic'd: ${message}`,
      reason: 'InternalError',
      code: 500,
    };
    this.#stage('Panic');
  }

  complete(code: number): void {
    if (this.#panicked) return;
    this.#answered(code);
    this.#stage('ResponseComplete');
  }

  #answered(code: number): void {
    this.#event.responseStatus = { metadata: {}, ...this.#event.responseStatus, code };
  }

  #stage(stage: Stage): void {
    if (!this.#scope.stages.has(stage)) return;
    const annotations = this.#annotations.size > 0 ? { annotations: Object.fromEntries(this.#annotations) } : {};
    this.#write({ ...this.#event, stage, stageTimestamp: formatMicroTime(this.#clock.now()), ...annotations });
  }

  #pruned(object: object): object {
    if (!this.#scope.omitManagedFields) return object;
    const { metadata, items } = object as { metadata?: { managedFields?: unknown }; items?: Partial<KubeObject>[] };
    if (metadata) delete metadata.managedFields;
    for (const item of Array.isArray(items) ? items : []) delete item.metadata?.managedFields;
    return object;
  }
}

/** A patch is logged as it came; what is no JSON (apply takes YAML) as text. */
function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
