import { expect, test } from 'vitest';
import type { RequestContext, RequestInfo } from '../request.ts';
import { InterestedWatches } from './interested-watches.ts';
import { WorkEstimator } from './work-estimate.ts';

function request(verb: string, more: Partial<RequestInfo> = {}, query = ''): RequestContext {
  const info = { isResourceRequest: true, verb, group: '', version: 'v1', resource: 'pods', namespace: '', name: '', subresource: '' };
  return { info: { ...info, ...more }, query: new URLSearchParams(query) } as RequestContext;
}

const thousand = new WorkEstimator(() => ({ size: 1000, bytes: 3_000_000 }), new InterestedWatches());

test.each([
  { name: 'a read of one', asked: request('get', { name: 'a' }), seats: 1 },
  { name: 'a list of all', asked: request('list'), seats: 10 },
  { name: 'a page', asked: request('list', {}, 'limit=100'), seats: 3 },
  { name: 'a list of one name', asked: request('list', { name: 'a' }), seats: 1 },
  { name: 'a watch of changes', asked: request('watch', {}, 'watch=1'), seats: 1 },
  { name: 'a watch that begins with all', asked: request('watch', {}, 'watch=1&sendInitialEvents=true'), seats: 10 },
])('$name takes $seats', ({ asked, seats }) => {
  expect(thousand.estimate(asked, 0)).toEqual({ initialSeats: seats, finalSeats: 0, extraMs: 0 });
});

test('a level bounds what one request is given', () => {
  expect(thousand.estimate(request('list'), 4).initialSeats).toBe(4);
});

test('a write costs more the more are watching', () => {
  const watches = new InterestedWatches();
  const estimator = new WorkEstimator(() => undefined, watches);
  const inDefault = { namespace: 'default', name: 'a' };
  const counted: number[] = [];
  const estimate = () => estimator.estimate(request('update', inDefault), 0, (count) => counted.push(count));
  const kept = [
    ...Array.from({ length: 20 }, () => watches.add(request('watch').info)),
    ...Array.from({ length: 4 }, () => watches.add(request('watch', { namespace: 'default' }).info)),
    watches.add(request('watch', inDefault).info),
  ];
  watches.add(request('watch', { namespace: 'other' }).info);
  watches.add(request('watch', { resource: 'secrets' }).info);
  expect(estimate()).toEqual({ initialSeats: 1, finalSeats: 3, extraMs: 5 });
  for (const watch of kept) watch[Symbol.dispose]();
  expect(estimate()).toEqual({ initialSeats: 1, finalSeats: 0, extraMs: 0 });
  expect(counted).toEqual([25, 0]);
});

test('so many watchers that they have to share seats take longer', () => {
  const watches = new InterestedWatches();
  for (let i = 0; i < 200; i++) watches.add(request('watch').info);
  const estimator = new WorkEstimator(() => undefined, watches);
  expect(estimator.estimate(request('create'), 0)).toEqual({ initialSeats: 1, finalSeats: 10, extraMs: 10 });
  const token = request('create', { resource: 'serviceaccounts', subresource: 'token' });
  expect(estimator.estimate(token, 0).finalSeats).toBe(0);
});
