import { Cron } from 'croner';

/** More missed runs than this mean a wrong clock or a long outage: worth a word. */
const MANY_MISSED = 100;
const DAY = 86_400_000;

/** A cron expression, in a time zone. */
export class Schedule {
  readonly #cron: Cron;

  /** Throws where the expression or the zone makes no sense. */
  constructor(expression: string, timeZone: string | undefined) {
    this.#cron = new Cron(normalized(expression), { timezone: timeZone ?? 'UTC', mode: '5-part' });
  }

  /** The first run after `time`; undefined where there is none. */
  next(time: number): number | undefined {
    return this.#cron.nextRun(new Date(time))?.getTime();
  }

  /** The last run in (`after`, `until`], and whether very many were missed before it. */
  lastMissed(after: number, until: number): { at: number | undefined; many: boolean } {
    let at: number | undefined;
    let count = 0;
    // Only the end of a long gap matters; an expression that fires every minute would take forever from its start.
    let from = after;
    for (let next = this.next(from); next !== undefined && next <= until; next = this.next(from)) {
      at = next;
      from = next;
      count += 1;
      if (count > MANY_MISSED) return { at: this.#lastBefore(until) ?? at, many: true };
    }
    return { at, many: false };
  }

  #lastBefore(until: number): number | undefined {
    for (const back of [60_000, 3_600_000, DAY, 31 * DAY, 366 * DAY]) {
      let last: number | undefined;
      for (let next = this.next(until - back); next !== undefined && next <= until; next = this.next(next)) last = next;
      if (last !== undefined) return last;
    }
    return undefined;
  }
}

const NAMED: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

function normalized(expression: string): string {
  const every = /^@every (?:(\d+)h)?(?:(\d+)m)?$/.exec(expression);
  if (every) return everyExpression(Number(every[1] ?? 0) * 60 + Number(every[2] ?? 0));
  return NAMED[expression] ?? expression.replaceAll('?', '*');
}

function everyExpression(minutes: number): string {
  if (minutes > 0 && minutes < 60) return `*/${minutes} * * * *`;
  if (minutes > 0 && minutes % 60 === 0 && minutes / 60 <= 24) return `0 */${minutes / 60} * * *`;
  throw new Error(`cannot repeat every ${minutes} minutes`);
}
