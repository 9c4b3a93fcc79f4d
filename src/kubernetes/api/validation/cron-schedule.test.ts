import { expect, test } from 'vitest';
import { scheduleFault } from './cron-schedule.ts';

test.each(['* * * * *', '*/5 0-6 1,15 JAN-mar mon', '0 12 ? * 0', '@hourly', '@every 1h30m', 'TZ=Europe/Berlin 0 0 * * *'])(
  '%s',
  (text) => {
    expect(scheduleFault(text)).toBeUndefined();
  },
);

test.each([
  ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['@often', 'unrecognized descriptor: @often'],
  ['TZ=Nowhere * * * * *', 'provided bad location Nowhere: unknown time zone Nowhere'],
])('%s: %s', (text, fault) => {
  expect(scheduleFault(text)).toBe(fault);
});
