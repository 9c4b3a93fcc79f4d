/** How often the objects of one resource changed and were listed. */
export class CacheMeter {
  /** Objects read in when the cache was filled. */
  initial = 0;
  /** Changes since. */
  events = 0;
  /** Reads that had to see all that was written before. */
  consistentReads = 0;
  /** Lists from memory: objects looked at, and shown. */
  readonly cached = { lists: 0, fetched: 0, returned: 0 };
  /** Lists of older states, from storage. */
  readonly stored = { lists: 0, fetched: 0, evaluated: 0, returned: 0 };

  listed(fetched: number, returned: number): void {
    this.cached.lists++;
    this.cached.fetched += fetched;
    this.cached.returned += returned;
  }

  listedStored(fetched: number, evaluated: number, returned: number): void {
    this.stored.lists++;
    this.stored.fetched += fetched;
    this.stored.evaluated += evaluated;
    this.stored.returned += returned;
  }
}
