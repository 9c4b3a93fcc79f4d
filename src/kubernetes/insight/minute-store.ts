import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Point, SeriesName, Use } from './series.ts';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, kind TEXT, namespace TEXT, name TEXT, container TEXT,
    UNIQUE (kind, namespace, name, container)
  );
  CREATE TABLE IF NOT EXISTS points (
    series INTEGER, at INTEGER, cpu REAL, memory REAL, PRIMARY KEY (series, at)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS points_at ON points (at);
`;

/** Averages of each minute, on disk, so that a restart of the add-on or of the node keeps them. */
export class MinuteStore implements Disposable {
  readonly #database: DatabaseSync;
  readonly #findSeries: StatementSync;
  readonly #addSeries: StatementSync;
  readonly #addPoint: StatementSync;
  readonly #points: StatementSync;

  /** `:memory:` keeps nothing. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    this.#findSeries = this.#database.prepare('SELECT id FROM series WHERE kind = ? AND namespace = ? AND name = ? AND container = ?');
    this.#addSeries = this.#database.prepare('INSERT INTO series (kind, namespace, name, container) VALUES (?, ?, ?, ?) RETURNING id');
    this.#addPoint = this.#database.prepare('INSERT OR REPLACE INTO points (series, at, cpu, memory) VALUES (?, ?, ?, ?)');
    this.#points = this.#database.prepare('SELECT at, cpu, memory FROM points WHERE series = ? AND at >= ? ORDER BY at');
  }

  /** Stores one minute of everything, in one transaction. */
  add(at: number, minute: Iterable<[SeriesName, Use]>): void {
    this.#database.exec('BEGIN');
    try {
      for (const [series, { cpu, memory }] of minute) {
        this.#addPoint.run(this.#idOf(series) ?? this.#newId(series), at, cpu, memory);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  since(series: SeriesName, since: number): Point[] {
    const id = this.#idOf(series);
    return id === undefined ? [] : (this.#points.all(id, since) as unknown as Point[]);
  }

  /** Forgets what was measured before, and series of which nothing is left. */
  prune(before: number): void {
    this.#database.prepare('DELETE FROM points WHERE at < ?').run(before);
    this.#database.exec('DELETE FROM series WHERE id NOT IN (SELECT series FROM points)');
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #idOf({ kind, namespace, name, container }: SeriesName): number | undefined {
    return (this.#findSeries.get(kind, namespace, name, container) as { id: number } | undefined)?.id;
  }

  #newId({ kind, namespace, name, container }: SeriesName): number {
    return (this.#addSeries.get(kind, namespace, name, container) as { id: number }).id;
  }
}
