import type { z } from 'zod';

/** A question with one answer. */
export interface Call<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly type: 'call';
  readonly input: I;
  readonly output: O;
}

/** Something main tells every window, unasked. */
export interface Event<P extends z.ZodType = z.ZodType> {
  readonly type: 'event';
  readonly payload: P;
}

/**
 * A question with many answers until either side ends it: a watch, a followed log, a terminal. The renderer may
 * send messages of its own while it is open (`upstream`).
 */
export interface Stream<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, U extends z.ZodType = z.ZodType> {
  readonly type: 'stream';
  readonly input: I;
  readonly item: O;
  readonly upstream: U;
}

export type Member = Call | Event | Stream;
export type Members = Readonly<Record<string, Member>>;

/** One area of what the renderer may ask of main. Values are checked against the schemas on both sides. */
export interface Contract<M extends Members = Members> {
  readonly name: string;
  readonly members: M;
}

export function contract<const M extends Members>(name: string, members: M): Contract<M> {
  return { name, members };
}

export function call<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Call<I, O> {
  return { type: 'call', input, output };
}

export function event<P extends z.ZodType>(payload: P): Event<P> {
  return { type: 'event', payload };
}

export function stream<I extends z.ZodType, O extends z.ZodType, U extends z.ZodType = z.ZodNever>(
  input: I,
  item: O,
  upstream?: U,
): Stream<I, O, U> {
  return { type: 'stream', input, item, upstream: upstream as U };
}
