import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

test('no more at a time than there are slots, in order, whatever becomes of them', async () => {
  const slots = new Slots(2);
  const began: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const works = [0, 1, 2, 3].map((index) =>
    slots.run(() => {
      began.push(index);
      return new Promise<number>((resolve, reject) => {
        ends[index] = (error) => (error ? reject(error) : resolve(index));
      });
    }),
  );
  await Promise.resolve();
  expect(began).toEqual([0, 1]);
  ends[1]?.(new Error('failed'));
  await expect(works[1]).rejects.toThrow('failed');
  expect(began).toEqual([0, 1, 2]);
  ends[0]?.();
  await works[0];
  expect(began).toEqual([0, 1, 2, 3]);
});
