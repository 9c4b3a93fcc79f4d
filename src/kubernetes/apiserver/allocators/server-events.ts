import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Event } from '../../api/generated/core-v1.ts';
import { events } from '../../api/resources.ts';
import { formatMicroTime, type KubeObject } from '../../machinery/meta.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ObjectStore } from '../registry.ts';

/** The same trouble within this time is one event that happened again. */
const SERIES_MS = 6 * 60_000;

interface Told {
  readonly namespace: string;
  readonly name: string;
  readonly at: number;
}

/** Tells users what the server found wrong with an object. */
export class ServerEvents {
  readonly #component: string;
  readonly #action: string;
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #told = new Map<string, Told>();

  constructor(options: { component: string; action: string; store: ObjectStore; clock: Clock; log: Log }) {
    this.#component = options.component;
    this.#action = options.action;
    this.#store = options.store;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Never throws: nothing fails for want of an event. */
  async warning(subject: KubeObject, reason: string, message: string): Promise<void> {
    this.#log.warn({ namespace: subject.metadata.namespace, name: subject.metadata.name, reason }, message);
    const key = [subject.metadata.uid, reason, message].join('\n');
    try {
      const before = this.#recent(key);
      if (!before || !(await this.#again(before))) await this.#create(key, subject, reason, message);
    } catch (error) {
      this.#log.warn({ error: describeError(error) }, 'event not written');
    }
  }

  #recent(key: string): Told | undefined {
    const now = this.#clock.now();
    for (const [known, { at }] of this.#told) if (now - at > SERIES_MS) this.#told.delete(known);
    return this.#told.get(key);
  }

  async #again({ namespace, name }: Told): Promise<boolean> {
    const lastObservedTime = formatMicroTime(this.#clock.now());
    const repeated = (event: Event): Event => ({ ...event, series: { count: (event.series?.count ?? 1) + 1, lastObservedTime } });
    try {
      await this.#store.change(events, namespace, name, repeated);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async #create(key: string, subject: KubeObject, reason: string, message: string): Promise<void> {
    const now = this.#clock.now();
    const { namespace = 'default', name, uid, resourceVersion } = subject.metadata;
    const told = { namespace, name: `${name}.${now.toString(16)}${randomBytes(3).toString('hex')}`, at: now };
    this.#told.set(key, told);
    await this.#store.create<Event>(events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, name: told.name },
      involvedObject: {
        apiVersion: subject.apiVersion,
        kind: subject.kind,
        namespace: subject.metadata.namespace,
        name,
        uid,
        resourceVersion,
      },
      reason,
      message,
      type: 'Warning',
      action: this.#action,
      eventTime: formatMicroTime(now),
      reportingComponent: this.#component,
      reportingInstance: this.#component,
    });
  }
}
