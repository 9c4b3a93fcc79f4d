import type { Log } from '../../src/base/log.ts';

const print = (fields: object, message: string) => {
  const values = Object.entries(fields).map(([key, value]) => `${key}=${value}`);
  console.log([message, ...values].join(' '));
};

/** For scripts that a person runs in a terminal. */
export const consoleLog: Log = { debug() {}, info: print, warn: print, error: print, child: () => consoleLog };
