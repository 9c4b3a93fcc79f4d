import type { z } from 'zod';
import type { Call, Contract, Event, Member, Stream } from './contract.ts';
import { RemoteError, toWire } from './errors.ts';
import { ClientFrame, type HostPort } from './frames.ts';
import { Mailbox } from './mailbox.ts';

/** Answers of main to a contract: a promise for a call, an async iterable for a stream. Events have no handler. */
export type Handlers<C extends Contract> = {
  [K in keyof C['members'] as C['members'][K] extends Event ? never : K]: Handler<C['members'][K]>;
};

type Handler<M extends Member> =
  M extends Call<infer I, infer O>
    ? (input: z.output<I>, context: CallContext) => Promise<z.input<O>>
    : M extends Stream<infer I, infer T, infer U>
      ? (input: z.output<I>, context: StreamContext<z.output<U>>) => AsyncIterable<z.input<T>>
      : never;

interface CallContext {
  /** Aborted when the window closes or no longer wants the answer. */
  signal: AbortSignal;
}

interface StreamContext<U> extends CallContext {
  /** What the window sends into the stream. */
  upstream: AsyncIterable<U>;
}

interface Service {
  contract: Contract;
  handlers: Record<string, (input: unknown, context: StreamContext<unknown>) => Promise<unknown> | AsyncIterable<unknown>>;
}

/** One contract with the handlers that answer it. */
export function serve<C extends Contract>(contract: C, handlers: Handlers<C>): Service {
  return { contract, handlers: handlers as Service['handlers'] };
}

type EventPayload<C extends Contract, K extends keyof C['members']> = C['members'][K] extends Event<infer P> ? z.input<P> : never;

/** Main's side of the contracts: answers every attached window and tells all of them events. */
export class IpcHost {
  readonly #services: Map<string, Service>;
  readonly #ports = new Set<HostPort>();

  constructor(services: readonly Service[]) {
    this.#services = new Map(services.map((service) => [service.contract.name, service]));
  }

  /** Tells every window. */
  emit<C extends Contract, K extends keyof C['members'] & string>(contract: C, event: K, payload: EventPayload<C, K>): void {
    for (const port of this.#ports) void port.post({ t: 'event', contract: contract.name, event, payload });
  }

  /** Answers one window until its port closes. */
  attach(port: HostPort): void {
    const open = new Map<number, Exchange>();
    this.#ports.add(port);
    port.onFrame((raw) => {
      const parsed = ClientFrame.safeParse(raw);
      if (!parsed.success) return; // not from our renderer; it gets no answer
      this.#receive(parsed.data, port, open);
    });
    port.onClose(() => {
      this.#ports.delete(port);
      for (const exchange of open.values()) exchange.controller.abort(new RemoteError('The window was closed', 'Cancelled'));
      open.clear();
    });
  }

  #receive(frame: ClientFrame, port: HostPort, open: Map<number, Exchange>): void {
    switch (frame.t) {
      case 'send':
        open.get(frame.id)?.send(frame.message);
        return;
      case 'close':
        open.get(frame.id)?.controller.abort(new RemoteError('Cancelled', 'Cancelled'));
        open.delete(frame.id);
        return;
      default: {
        const exchange = new Exchange();
        open.set(frame.id, exchange);
        void this.#answer(frame, port, exchange).finally(() => {
          if (open.get(frame.id) === exchange) open.delete(frame.id);
        });
      }
    }
  }

  async #answer(frame: ClientFrame & { t: 'call' | 'open' }, port: HostPort, exchange: Exchange): Promise<void> {
    const { id } = frame;
    try {
      const service = this.#services.get(frame.contract);
      const member = service && Object.hasOwn(service.contract.members, frame.member) ? service.contract.members[frame.member] : undefined;
      const handler = service?.handlers[frame.member];
      if (!member || !handler || member.type === 'event' || (member.type === 'call') !== (frame.t === 'call')) {
        throw new RemoteError(`There is no ${frame.contract}.${frame.member}`, 'Unknown');
      }
      const input = checked(member.input, frame.input, `${frame.contract}.${frame.member}`);
      const { signal } = exchange.controller;
      if (member.type === 'call') {
        const value = await (handler(input, { signal, upstream: exchange.nothing() }) as Promise<unknown>);
        if (!signal.aborted) await port.post({ t: 'ok', id, value });
        return;
      }
      const items = handler(input, { signal, upstream: exchange.upstream(member.upstream) }) as AsyncIterable<unknown>;
      for await (const value of items) {
        if (signal.aborted) break;
        await port.post({ t: 'item', id, value });
      }
      if (!signal.aborted) await port.post({ t: 'end', id });
    } catch (error) {
      if (exchange.controller.signal.aborted) return;
      await port.post(frame.t === 'call' ? { t: 'error', id, error: toWire(error) } : { t: 'end', id, error: toWire(error) });
    } finally {
      exchange.controller.abort();
    }
  }
}

/** One call or stream under way. */
class Exchange {
  readonly controller = new AbortController();
  readonly #inbox = new Mailbox<unknown>();

  constructor() {
    this.controller.signal.addEventListener('abort', () => this.#inbox.close(), { once: true });
  }

  send(message: unknown): void {
    this.#inbox.push(message);
  }

  /** The window's messages that fit the contract; others are dropped. */
  async *upstream(schema: z.ZodType): AsyncIterable<unknown> {
    for await (const message of this.#inbox) {
      const parsed = schema.safeParse(message);
      if (parsed.success) yield parsed.data;
    }
  }

  async *nothing(): AsyncIterable<never> {}
}

function checked(schema: z.ZodType, value: unknown, what: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.');
  throw new RemoteError(`${what}: ${at ? `${at}: ` : ''}${issue?.message ?? 'does not fit'}`, 'BadInput');
}
