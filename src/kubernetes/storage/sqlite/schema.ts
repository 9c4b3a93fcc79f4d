import type { DatabaseSync } from 'node:sqlite';

/**
 * One row per revision, appended in order. `deleted` rows are tombstones. The index finds a key's versions newest
 * first; `meta` remembers how far we have compacted and which revision comes next even when rows are gone.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS log (
    revision INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    created INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    value BLOB
  ) STRICT;
  CREATE INDEX IF NOT EXISTS log_by_key ON log (key, revision);
  CREATE TABLE IF NOT EXISTS lease (id INTEGER PRIMARY KEY, expires INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS leased (lease INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (lease, key)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Durable before acknowledged: every commit syncs the write-ahead log. */
export function prepareDatabase(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA wal_autocheckpoint = 2000');
  database.exec('PRAGMA cache_size = -8000');
  database.exec(TABLES);
}
