import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { portPair } from '../../test/support/port-pair.ts';
import { notFound } from '../kubernetes/machinery/status.ts';
import { type Client, IpcClient } from './client.ts';
import { call, contract, event, stream } from './contract.ts';
import { IpcHost, serve } from './host.ts';
import { none } from './schemas.ts';

const Spec = z.object({ name: z.string().min(1), size: z.number().default(1) });
const shapes = contract('shapes', {
  list: call(none, z.string().array()),
  make: call(Spec, z.object({ id: z.number() })),
  fail: call(none, none),
  wait: call(none, none),
  lie: call(none, z.number()),
  changed: event(z.object({ count: z.number() })),
  count: stream(z.object({ to: z.number() }), z.number()),
  echo: stream(none, z.string(), z.string()),
});

function connect() {
  const seen = { aborted: false, made: [] as z.output<typeof Spec>[] };
  const host = new IpcHost([
    serve(shapes, {
      list: async () => ['square'],
      make: async (spec) => {
        seen.made.push(spec);
        return { id: 7 };
      },
      fail: async () => {
        throw notFound({ group: 'apps', plural: 'deployments' }, 'web');
      },
      wait: (_input, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            seen.aborted = true;
            reject(signal.reason);
          }),
        ),
      lie: async () => 'five' as unknown as number,
      async *count({ to }) {
        for (let number = 1; number <= to; number++) yield number;
      },
      async *echo(_input, { upstream }) {
        for await (const text of upstream) yield text.toUpperCase();
      },
    }),
  ]);
  const pair = portPair();
  host.attach(pair.host);
  const client = new IpcClient(pair.client);
  return { host, pair, client, seen, shapes: client.of(shapes) };
}

function collect<T>() {
  const items: T[] = [];
  let settle: (error?: Error) => void = () => {};
  const ended = new Promise<Error | undefined>((resolve) => {
    settle = (error) => resolve(error);
  });
  return { items, ended, listener: { item: (item: T) => items.push(item), end: settle } };
}

test('a contract says what its functions take and give', () => {
  expectTypeOf<Client<typeof shapes>['make']>().parameter(0).toEqualTypeOf<{ name: string; size?: number | undefined }>();
  expectTypeOf<Client<typeof shapes>['make']>().returns.resolves.toEqualTypeOf<{ id: number }>();
  expectTypeOf<Client<typeof shapes>['changed']>().parameter(0).parameter(0).toEqualTypeOf<{ count: number }>();
  expectTypeOf<ReturnType<Client<typeof shapes>['echo']>['send']>().parameter(0).toEqualTypeOf<string>();
});

test('a call arrives with its defaults and answers', async () => {
  const { shapes, seen } = connect();
  await expect(shapes.list(undefined)).resolves.toEqual(['square']);
  await expect(shapes.make({ name: 'circle' })).resolves.toEqual({ id: 7 });
  expect(seen.made).toEqual([{ name: 'circle', size: 1 }]);
});

test('input that does not fit never reaches the handler', async () => {
  const { shapes, seen } = connect();
  await expect(shapes.make({ name: '' })).rejects.toMatchObject({
    code: 'BadInput',
    message: expect.stringContaining('shapes.make: name'),
  });
  expect(seen.made).toEqual([]);
});

test('output that does not fit is not believed', async () => {
  await expect(connect().shapes.lie(undefined)).rejects.toMatchObject({ code: 'BadOutput' });
});

test("Kubernetes' own Status survives the way", async () => {
  await expect(connect().shapes.fail(undefined)).rejects.toMatchObject({
    name: 'ApiError',
    reason: 'NotFound',
    code: 404,
    message: 'deployments.apps "web" not found',
  });
});

test('aborting a call aborts its handler', async () => {
  const { shapes, seen } = connect();
  const controller = new AbortController();
  const waiting = shapes.wait(undefined, controller.signal);
  await Promise.resolve();
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'Cancelled' });
  await expect.poll(() => seen.aborted).toBe(true);
});

test('what is no frame and what no contract names is harmless', async () => {
  const { pair, client } = connect();
  pair.client.post({ t: 'nonsense' } as never);
  const strangers = client.of(contract('strangers', { hello: call(none, none) }));
  await expect(strangers.hello(undefined)).rejects.toMatchObject({ code: 'Unknown' });
  const inherited = client.of(contract('shapes', { constructor: call(none, none) }));
  await expect(inherited.constructor(undefined)).rejects.toMatchObject({ code: 'Unknown' });
});

test('a stream gives its items in order, then ends', async () => {
  const { items, ended, listener } = collect<number>();
  connect().shapes.count({ to: 3 }, listener);
  await expect(ended).resolves.toBeUndefined();
  expect(items).toEqual([1, 2, 3]);
});

test('a stream takes messages while it is open; those that do not fit are dropped', async () => {
  const { items, listener } = collect<string>();
  const open = connect().shapes.echo(undefined, listener);
  open.send('a');
  open.send(5 as unknown as string);
  open.send('b');
  await expect.poll(() => items).toEqual(['A', 'B']);
  open.close();
});

test('events reach every window that listens', () => {
  const { host, client } = connect();
  const counts: number[] = [];
  const stop = client.of(shapes).changed(({ count }) => counts.push(count));
  host.emit(shapes, 'changed', { count: 1 });
  stop();
  host.emit(shapes, 'changed', { count: 2 });
  expect(counts).toEqual([1]);
});

test('a lost connection fails what is open and aborts the handlers; a new one works', async () => {
  const { pair, shapes, seen, host } = connect();
  const waiting = shapes.wait(undefined);
  pair.close();
  await expect(waiting).rejects.toMatchObject({ code: 'Disconnected' });
  expect(seen.aborted).toBe(true);
  await expect(shapes.list(undefined)).rejects.toMatchObject({ code: 'Disconnected' });
  pair.reopen();
  host.attach(pair.host);
  await expect(shapes.list(undefined)).resolves.toEqual(['square']);
});
