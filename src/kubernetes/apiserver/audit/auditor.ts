import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { RequestContext } from '../request.ts';
import { AuditLog, type AuditLogConfig } from './audit-log.ts';
import type { AuditMeter } from './audit-meter.ts';
import type { AuditSink } from './audit-sink.ts';
import { AuditWebhook, type AuditWebhookConfig } from './audit-webhook.ts';
import { attemptedMethods } from './failed-authentication.ts';
import type { AuditPolicy } from './policy.ts';
import { scopeOf } from './policy-rules.ts';
import { RequestAuditor } from './request-audit.ts';

export interface AuditConfig {
  readonly policy: AuditPolicy;
  readonly log?: AuditLogConfig;
  readonly webhook?: AuditWebhookConfig;
}

const NOBODY = { username: '', groups: [] };

/** Writes down who asked for what and how it ended, as far as the policy wants it. */
export class Auditor implements AsyncDisposable {
  readonly #policy: AuditPolicy;
  readonly #sinks: readonly AuditSink[];
  readonly #clock: Clock;
  readonly #meter: AuditMeter;

  constructor(policy: AuditPolicy, sinks: readonly AuditSink[], clock: Clock, meter: AuditMeter) {
    this.#policy = policy;
    this.#sinks = sinks;
    this.#clock = clock;
    this.#meter = meter;
  }

  static async open({ policy, log: file, webhook }: AuditConfig, clock: Clock, log: Log, meter: AuditMeter): Promise<Auditor> {
    const sinks: AuditSink[] = [];
    if (file) sinks.push(await AuditLog.open(file, clock, log, meter));
    if (webhook) sinks.push(new AuditWebhook(webhook, clock, log, meter));
    return new Auditor(policy, sinks, clock, meter);
  }

  /** Called when it is known who asks, before anything else happens to the request. */
  begin(request: RequestContext): RequestAuditor | undefined {
    const scope = scopeOf(this.#policy, request.user, request.info);
    this.#meter.chosen(scope?.level ?? 'None');
    if (!scope) return undefined;
    const audit = new RequestAuditor(request, request.user, scope, this.#clock, (event) => this.#write(event));
    audit.received();
    return audit;
  }

  /** A request of which nobody knows who sent it. */
  refused(request: RequestContext, code: number): void {
    const scope = scopeOf(this.#policy, NOBODY, request.info);
    this.#meter.chosen(scope?.level ?? 'None');
    if (!scope) return;
    const audit = new RequestAuditor(request, NOBODY, scope, this.#clock, (event) => this.#write(event));
    audit.status({ message: attemptedMethods(request) });
    audit.started(code);
  }

  /** Resolves when everything is where it belongs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sinks.map((sink) => sink[Symbol.asyncDispose]()));
  }

  #write(event: Parameters<AuditSink['write']>[0]): void {
    this.#meter.written();
    for (const sink of this.#sinks) sink.write(event);
  }
}
