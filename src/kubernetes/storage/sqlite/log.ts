import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CompactedError, FutureRevisionError } from '../storage.ts';
import type { ExpireAnswer, ListAnswer, PackedRows, Started, WriteBatch, WriteOutcome } from './messages.ts';
import { packRows, type Row, unpackValues } from './pack.ts';
import { prepareDatabase } from './schema.ts';

const NEWEST = 'SELECT revision, created, deleted, lease FROM log WHERE key = ? ORDER BY revision DESC LIMIT 1';
const APPEND = 'INSERT INTO log (revision, key, created, deleted, lease, value) VALUES (?, ?, ?, ?, ?, ?)';
const GET = 'SELECT revision, key, created, deleted, value FROM log WHERE key = ? AND revision <= ? ORDER BY revision DESC LIMIT 1';
const LIST = `SELECT max(revision) AS revision, key, created, deleted, value FROM log
  WHERE key > ? AND key < ? AND revision <= ? GROUP BY key HAVING deleted = 0 ORDER BY key LIMIT ?`;
const COUNT = `SELECT count(*) AS n FROM (SELECT max(revision), deleted FROM log
  WHERE key > ? AND key < ? AND revision <= ? GROUP BY key HAVING deleted = 0)`;
const CHANGES =
  'SELECT revision, key, created, deleted, value FROM log WHERE revision >= ? AND revision <= ? AND key >= ? AND key < ? ORDER BY revision';
const SUPERSEDED = `DELETE FROM log WHERE revision IN (
  SELECT old.revision FROM log newer JOIN log old ON old.key = newer.key AND old.revision < newer.revision
  WHERE newer.revision > ? AND newer.revision <= ?)`;
const TOMBSTONES = 'DELETE FROM log WHERE deleted = 1 AND revision > ? AND revision <= ?';

/** Revisions looked at per transaction while compacting, so that writes never wait long. */
const COMPACT_STEP = 1000;

interface Newest {
  revision: number;
  created: number;
  deleted: number;
  lease: number;
}

/** The revision log in SQLite: synchronous, for the thread that owns the file. */
export class RevisionLog {
  readonly #database: DatabaseSync;
  readonly #newest: StatementSync;
  readonly #append: StatementSync;
  #revision: number;
  #compacted: number;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    prepareDatabase(this.#database);
    this.#newest = this.#database.prepare(NEWEST);
    this.#append = this.#database.prepare(APPEND);
    this.#compacted = this.#meta('compacted');
    const last = this.#database.prepare('SELECT max(revision) AS revision FROM log').get() as { revision: number | null };
    // A fresh store starts at revision 1, as etcd does; compaction may have removed the newest row.
    this.#revision = Math.max(1, last.revision ?? 0, this.#meta('revision'));
  }

  started(): Started {
    return { revision: this.#revision, compacted: this.#compacted, nextExpiry: this.#nextExpiry() };
  }

  /** Applies a batch in one transaction: one sync to disk for all of it. */
  write(batch: WriteBatch): WriteOutcome {
    return this.#transaction(() => {
      const revisions: number[] = [];
      const created: number[] = [];
      let i = 0;
      for (const value of unpackValues(batch)) {
        const result = this.#writeOne(batch.keys[i] as string, batch.expects[i] as number, batch.leases[i] as number, value);
        revisions.push(result.revision);
        created.push(result.created);
        i++;
      }
      return { revisions, created };
    });
  }

  get(key: string, revision: number): PackedRows {
    const row = this.#database.prepare(GET).get(key, this.#readable(revision)) as unknown as Row | undefined;
    return packRows(row && !row.deleted ? [row] : []);
  }

  list(prefix: string, after: string, limit: number, revision: number): ListAnswer {
    const at = this.#readable(revision);
    const end = endOfPrefix(prefix);
    const start = after > prefix ? after : prefix;
    const rows = this.#database.prepare(LIST).all(start, end, at, limit || -1) as unknown as Row[];
    const last = rows.at(-1);
    const more = limit > 0 && rows.length === limit && last !== undefined;
    const remaining = more ? (this.#database.prepare(COUNT).get(last.key, end, at) as { n: number }).n : 0;
    return { revision: at, rows: packRows(rows), remaining };
  }

  /** What happened from `from` to `to`, oldest first. */
  changes(prefix: string, from: number, to: number): PackedRows {
    if (from <= this.#compacted) throw new CompactedError(this.#compacted);
    return packRows(this.#database.prepare(CHANGES).all(from, to, prefix, endOfPrefix(prefix)) as unknown as Row[]);
  }

  compact(revision: number): void {
    if (revision <= this.#compacted) throw new CompactedError(this.#compacted);
    if (revision > this.#revision) throw new FutureRevisionError(this.#revision);
    // First the promise, then the rows: a crash in between leaves rows to sweep next time, never a hole.
    this.#transaction(() => {
      this.#setMeta('compacted', revision);
      this.#setMeta('revision', this.#revision);
    });
    this.#compacted = revision;
    for (let from = this.#meta('swept'); from < revision; from += COMPACT_STEP) this.#sweep(from, Math.min(from + COMPACT_STEP, revision));
  }

  /** Removes what the revisions after `from`, up to `to`, made superfluous. */
  #sweep(from: number, to: number): void {
    this.#transaction(() => {
      this.#database.prepare(SUPERSEDED).run(from, to);
      this.#database.prepare(TOMBSTONES).run(from, to);
      this.#setMeta('swept', to);
    });
  }

  grantLease(expires: number): number {
    return Number(this.#database.prepare('INSERT INTO lease (expires) VALUES (?)').run(expires).lastInsertRowid);
  }

  /** Deletes the keys of every lease that ended by `now`. */
  expire(now: number): ExpireAnswer & { nextExpiry: number } {
    const ended = this.#database.prepare('SELECT id FROM lease WHERE expires <= ?').all(now) as { id: number }[];
    if (ended.length === 0) return { keys: [], revisions: [], nextExpiry: this.#nextExpiry() };
    const keys: string[] = [];
    const revisions: number[] = [];
    this.#transaction(() => {
      for (const { id } of ended) {
        for (const { key } of this.#database.prepare('SELECT key FROM leased WHERE lease = ?').all(id) as { key: string }[]) {
          const newest = this.#newest.get(key) as unknown as Newest | undefined;
          if (!newest || newest.deleted || newest.lease !== id) continue;
          keys.push(key);
          revisions.push(this.#writeOne(key, newest.revision, 0, undefined).revision);
        }
        this.#database.prepare('DELETE FROM leased WHERE lease = ?').run(id);
        this.#database.prepare('DELETE FROM lease WHERE id = ?').run(id);
      }
    });
    return { keys, revisions, nextExpiry: this.#nextExpiry() };
  }

  close(): void {
    this.#database.close();
  }

  #writeOne(key: string, expect: number, lease: number, value: Buffer | undefined): { revision: number; created: number } {
    const newest = this.#newest.get(key) as unknown as Newest | undefined;
    const current = newest && !newest.deleted ? newest.revision : 0;
    if (current !== expect || (value === undefined && current === 0)) return { revision: -1 - current, created: 0 };
    const revision = this.#revision + 1;
    const created = current === 0 ? revision : (newest as Newest).created;
    this.#append.run(revision, key, created, value === undefined ? 1 : 0, lease, value ?? null);
    this.#revision = revision;
    if (newest?.lease && newest.lease !== lease) {
      this.#database.prepare('DELETE FROM leased WHERE lease = ? AND key = ?').run(newest.lease, key);
    }
    if (lease) this.#database.prepare('INSERT OR IGNORE INTO leased (lease, key) VALUES (?, ?)').run(lease, key);
    return { revision, created };
  }

  #readable(revision: number): number {
    if (revision === 0) return this.#revision;
    if (revision < this.#compacted) throw new CompactedError(this.#compacted);
    if (revision > this.#revision) throw new FutureRevisionError(this.#revision);
    return revision;
  }

  #transaction<R>(work: () => R): R {
    const revision = this.#revision;
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#revision = revision;
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #nextExpiry(): number {
    const next = this.#database.prepare('SELECT min(expires) AS expires FROM lease').get() as { expires: number | null };
    return next.expires ?? 0;
  }

  #meta(name: string): number {
    const row = this.#database.prepare('SELECT value FROM meta WHERE name = ?').get(name) as { value: number } | undefined;
    return row?.value ?? 0;
  }

  #setMeta(name: string, value: number): void {
    this.#database
      .prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run(name, value);
  }
}

/** The first key after every key with this prefix. Keys are ASCII. */
function endOfPrefix(prefix: string): string {
  return prefix === '' ? '\u{10ffff}' : prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
