import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { WebhookClient } from '../webhooks/webhook-client.ts';
import type { WebhookTarget } from '../webhooks/webhook-target.ts';
import type { AuditEvent } from './audit-event.ts';
import { type AuditMeter, silentAuditMeter } from './audit-meter.ts';
import type { AuditSink } from './audit-sink.ts';

export interface AuditWebhookConfig {
  readonly target: WebhookTarget;
  /** Events that may wait; more are dropped. */
  readonly bufferSize: number;
  readonly maxBatchSize: number;
  readonly maxWaitMs: number;
}

/** Sends events to another server, many at once. */
export class AuditWebhook implements AuditSink {
  readonly #config: AuditWebhookConfig;
  readonly #client: WebhookClient;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meter: AuditMeter;
  readonly #abort = new AbortController();
  #waiting: AuditEvent[] = [];
  #timer: Disposable | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(config: AuditWebhookConfig, clock: Clock, log: Log, meter: AuditMeter = silentAuditMeter) {
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    this.#meter = meter;
    this.#client = new WebhookClient(config.target, clock, this.#abort.signal);
  }

  write(event: AuditEvent): void {
    if (this.#waiting.length >= this.#config.bufferSize) {
      this.#meter.lost('webhook', 1);
      this.#log.error({ auditID: event.auditID }, 'an audit event is lost: too many wait for the webhook');
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length >= this.#config.maxBatchSize) this.#flush();
    else this.#timer ??= this.#clock.after(this.#config.maxWaitMs, () => this.#flush());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#flush();
    await this.#sending;
    this.#abort.abort(new Error('the server is stopping'));
  }

  #flush(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const items = this.#waiting;
    this.#waiting = [];
    if (items.length > 0) this.#sending = this.#sending.then(() => this.#send(items));
  }

  async #send(items: readonly AuditEvent[]): Promise<void> {
    try {
      await this.#client.post({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items });
    } catch (error) {
      this.#meter.lost('webhook', items.length);
      this.#log.error({ error: describeError(error), count: items.length }, 'audit events are lost');
    }
  }
}
