import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { silentLog } from '../../base/log.ts';
import type { Event, ObjectReference } from '../api/generated/core-v1.ts';
import { events } from '../api/resources.ts';
import type { KubeObject } from '../machinery/meta.ts';
import { formatTime } from '../machinery/meta.ts';
import { ApiError, isNotFound } from '../machinery/status.ts';
import type { ApiClient } from './api-client.ts';
import type { Correlated, EventFacts } from './event-correlator.ts';
import { EventCorrelator } from './event-correlator.ts';

/** More than this waiting to be sent means trouble; events are not worth memory without end. */
const MAX_WAITING = 1000;
const SEND_TRIES = 12;
const SEND_RETRY = 10_000;

/** What an event is about: an object with kind and apiVersion, or a reference, which may name a field of it. */
export type EventSubject = KubeObject | ObjectReference;

export interface EventRecorderOptions {
  api: Pick<ApiClient, 'create' | 'patch'>;
  /** `deployment-controller`, `kubelet`: shown as From. */
  component: string;
  /** The node, for components that run on each. */
  host?: string;
  signal: AbortSignal;
  clock?: Clock;
  log?: Log;
}

/** Tells users what happened to an object. Never throws and never waits: events are sent in the background, in order. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #correlator: EventCorrelator;
  readonly #waiting: EventFacts[] = [];
  #sending = false;
  #named = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.#correlator = new EventCorrelator(this.#clock);
  }

  normal(subject: EventSubject, reason: string, message: string): void {
    this.#record(subject, 'Normal', reason, message);
  }

  warning(subject: EventSubject, reason: string, message: string): void {
    this.#record(subject, 'Warning', reason, message);
  }

  #record(subject: EventSubject, type: EventFacts['type'], reason: string, message: string): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push({ subject: referenceTo(subject), type, reason, message });
    if (!this.#sending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    for (let facts = this.#waiting.shift(); facts && !this.#options.signal.aborted; facts = this.#waiting.shift()) {
      const correlated = this.#correlator.correlate(facts);
      if (correlated) await this.#send(correlated).catch(() => {});
    }
    this.#sending = false;
  }

  async #send(correlated: Correlated): Promise<void> {
    for (let tries = 1; tries <= SEND_TRIES; tries++) {
      try {
        this.#correlator.sent(correlated, await this.#write(correlated));
        return;
      } catch (error) {
        // The server's answer is final (the namespace is going away, say); only silence is worth another try.
        if (error instanceof ApiError || this.#options.signal.aborted) {
          this.#log.debug({ reason: correlated.reason, error: describeError(error) }, 'event not recorded');
          return;
        }
        await this.#clock.sleep(SEND_RETRY, this.#options.signal);
      }
    }
  }

  async #write(correlated: Correlated): Promise<Event> {
    const { api, signal } = this.#options;
    const { recorded, count, message } = correlated;
    if (recorded) {
      const ref = { namespace: recorded.namespace, name: recorded.name };
      const patch = { count, message, lastTimestamp: formatTime(this.#clock.now()) };
      try {
        return await api.patch(events, ref, patch, { type: 'strategic' }, signal);
      } catch (error) {
        // It expired meanwhile: a new one.
        if (!isNotFound(error)) throw error;
      }
    }
    return api.create(events, this.#eventOf(correlated), {}, signal);
  }

  #eventOf({ subject, type, reason, message, count, firstAt }: Correlated): Event {
    const { component, host } = this.#options;
    const unique = BigInt(this.#clock.now()) * 1_000_000n + BigInt(this.#named++ % 1_000_000);
    return {
      metadata: { name: `${subject.name}.${unique.toString(16)}`, namespace: subject.namespace ?? 'default' },
      involvedObject: subject,
      reason,
      message,
      type,
      count,
      firstTimestamp: formatTime(firstAt),
      lastTimestamp: formatTime(this.#clock.now()),
      source: { component, ...(host ? { host } : {}) },
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
  }
}

/** The reference an event carries to its subject. */
export function referenceTo(subject: EventSubject): ObjectReference {
  if (!('metadata' in subject)) return subject;
  const { namespace, name, uid, resourceVersion } = subject.metadata;
  return { kind: subject.kind, namespace, name, uid, apiVersion: subject.apiVersion, resourceVersion };
}
