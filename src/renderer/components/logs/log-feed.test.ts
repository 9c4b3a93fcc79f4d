import { expect, test } from 'vitest';
import { RemoteError } from '../../../ipc/errors.ts';
import { LogFeed } from './log-feed.ts';

type Follow = ConstructorParameters<typeof LogFeed>[1]['follow'];

/** A feed whose log server is the test. */
function setUp() {
  const requests: Parameters<Follow>[0][] = [];
  let listener: Parameters<Follow>[1] | undefined;
  let retry: (() => void) | undefined;
  const follow: Follow = (request, given) => {
    requests.push(request);
    listener = given;
    return { send() {}, close() {} };
  };
  const feed = new LogFeed(
    { cluster: 'dev', namespace: 'ns', pod: 'web', container: 'main' },
    {
      follow,
      schedule: (notify) => notify(),
      later(run) {
        retry = run;
        return { [Symbol.dispose]() {} };
      },
    },
  );
  feed.open();
  return {
    feed,
    requests,
    lines: (...lines: string[]) => listener?.item({ lines }),
    end: (error?: Error) => listener?.end?.(error),
    retry: () => retry?.(),
  };
}

const at = (second: number, text: string) => `2030-01-01T00:00:0${second}.5Z ${text}`;
const texts = ({ feed }: ReturnType<typeof setUp>) => Array.from({ length: feed.buffer.length }, (_, index) => feed.buffer.at(index)?.text);

test('after a lost connection it goes on where it stopped, no line twice', () => {
  const set = setUp();
  set.lines(at(1, 'one'), at(2, 'two'));
  set.end(new RemoteError('gone', 'Disconnected'));
  expect(set.feed.state).toBe('lost');
  set.retry();
  expect(set.requests[1]).toMatchObject({ sinceTime: '2030-01-01T00:00:02.5Z' });
  expect(set.requests[1]).not.toHaveProperty('tailLines');
  set.lines(at(2, 'two'), at(3, 'three'));
  set.lines(at(4, 'four'));
  expect(texts(set)).toEqual(['one', 'two', 'three', 'four']);
});

test('a container that ended is not asked again', () => {
  const set = setUp();
  set.lines(at(1, 'bye'));
  set.end();
  set.retry();
  expect(set.feed.state).toBe('ended');
  expect(set.requests).toHaveLength(1);
});

test('clearing the view does not bring old lines back', () => {
  const set = setUp();
  set.lines(at(1, 'old'));
  set.feed.clear();
  set.lines(at(2, 'new'));
  expect(texts(set)).toEqual(['new']);
});
