import type { z } from 'zod';
import type { Call, Contract, Event, Member, Stream } from './contract.ts';
import { fromWire, RemoteError } from './errors.ts';
import { type ClientFrame, type ClientPort, HostFrame } from './frames.ts';

/** A contract from the window's side. */
export type Client<C extends Contract> = { readonly [K in keyof C['members']]: ClientMember<C['members'][K]> };

type ClientMember<M extends Member> =
  M extends Call<infer I, infer O>
    ? (input: z.input<I>, signal?: AbortSignal) => Promise<z.output<O>>
    : M extends Stream<infer I, infer T, infer U>
      ? (input: z.input<I>, listener: StreamListener<z.output<T>>) => OpenStream<z.input<U>>
      : M extends Event<infer P>
        ? (listener: (payload: z.output<P>) => void) => () => void
        : never;

export interface StreamListener<T> {
  item(value: T): void;
  /** Called once when the other side ended it; not after {@link OpenStream.close}. */
  end?(error?: Error): void;
}

export interface OpenStream<U> {
  send(message: U): void;
  close(): void;
}

interface Pending {
  ok(value: unknown): void;
  item(value: unknown): void;
  end(error?: Error): void;
}

/** The window's end of the contracts. While the port is closed everything fails with `Disconnected`. */
export class IpcClient {
  readonly #port: ClientPort;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  #nextId = 1;
  #closed = false;

  constructor(port: ClientPort) {
    this.#port = port;
    port.onFrame((raw) => {
      const parsed = HostFrame.safeParse(raw);
      if (parsed.success) this.#receive(parsed.data);
    });
    port.onOpen(() => {
      this.#closed = false;
    });
    port.onClose(() => {
      this.#closed = true;
      const open = [...this.#pending.values()];
      this.#pending.clear();
      for (const pending of open) pending.end(disconnected());
    });
  }

  /** The functions of one contract. */
  of<C extends Contract>(contract: C): Client<C> {
    const members = Object.entries(contract.members).map(([name, member]) => [name, this.#member(contract, name, member)]);
    return Object.fromEntries(members) as Client<C>;
  }

  #member(contract: Contract, name: string, member: Member): unknown {
    switch (member.type) {
      case 'call':
        return (input: unknown, signal?: AbortSignal) => this.#call(contract.name, name, member, input, signal);
      case 'stream':
        return (input: unknown, listener: StreamListener<unknown>) => this.#open(contract.name, name, member, input, listener);
      case 'event':
        return (listener: (payload: unknown) => void) => this.#listen(`${contract.name}.${name}`, member, listener);
    }
  }

  #call(contract: string, name: string, spec: Call, input: unknown, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new RemoteError('Cancelled', 'Cancelled'));
      const onAbort = () => {
        this.#close(id);
        reject(new RemoteError('Cancelled', 'Cancelled'));
      };
      const settle = () => {
        this.#pending.delete(id);
        signal?.removeEventListener('abort', onAbort);
      };
      const id = this.#start({
        ok: (value) => {
          settle();
          const parsed = spec.output.safeParse(value);
          if (parsed.success) resolve(parsed.data);
          else
            reject(new RemoteError(`${contract}.${name} answered something unexpected: ${parsed.error.issues[0]?.message}`, 'BadOutput'));
        },
        item() {},
        end: (error) => {
          settle();
          reject(error ?? new RemoteError('Ended without an answer', 'BadOutput'));
        },
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#post({ t: 'call', id, contract, member: name, input }, id);
    });
  }

  #open(contract: string, name: string, spec: Stream, input: unknown, listener: StreamListener<unknown>): OpenStream<unknown> {
    const id = this.#start({
      ok() {},
      item: (value) => {
        const parsed = spec.item.safeParse(value);
        if (parsed.success) listener.item(parsed.data);
      },
      end: (error) => {
        this.#pending.delete(id);
        listener.end?.(error);
      },
    });
    this.#post({ t: 'open', id, contract, member: name, input }, id);
    return {
      send: (message) => {
        if (this.#pending.has(id)) void this.#port.post({ t: 'send', id, message });
      },
      close: () => this.#close(id),
    };
  }

  #listen(key: string, spec: Event, listener: (payload: unknown) => void): () => void {
    const checkedListener = (payload: unknown) => {
      const parsed = spec.payload.safeParse(payload);
      if (parsed.success) listener(parsed.data);
    };
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(checkedListener));
    return () => listeners.delete(checkedListener);
  }

  #start(pending: Pending): number {
    const id = this.#nextId++;
    this.#pending.set(id, pending);
    return id;
  }

  #post(frame: ClientFrame, id: number): void {
    if (this.#closed) queueMicrotask(() => this.#pending.get(id)?.end(disconnected()));
    else void this.#port.post(frame);
  }

  #close(id: number): void {
    if (this.#pending.delete(id) && !this.#closed) void this.#port.post({ t: 'close', id });
  }

  #receive(frame: HostFrame): void {
    switch (frame.t) {
      case 'ok':
        this.#pending.get(frame.id)?.ok(frame.value);
        break;
      case 'error':
        this.#pending.get(frame.id)?.end(fromWire(frame.error));
        break;
      case 'item':
        this.#pending.get(frame.id)?.item(frame.value);
        break;
      case 'end':
        this.#pending.get(frame.id)?.end(frame.error && fromWire(frame.error));
        break;
      case 'event':
        for (const listener of this.#listeners.get(`${frame.contract}.${frame.event}`) ?? []) listener(frame.payload);
    }
  }
}

function disconnected(): RemoteError {
  return new RemoteError('The connection to Slipway was lost', 'Disconnected');
}
