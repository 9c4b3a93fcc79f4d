import { type FileHandle, open, rename } from 'node:fs/promises';
import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { AuditEvent } from './audit-event.ts';
import { type AuditMeter, silentAuditMeter } from './audit-meter.ts';
import type { AuditSink } from './audit-sink.ts';
import { backupName, removeOldBackups } from './backups.ts';

export interface AuditLogConfig {
  /** `-` is standard output. */
  readonly path: string;
  /** A file this large is put aside and a new one begun. */
  readonly maxBytes: number;
  /** Files put aside that are kept, and for how long; 0: no bound. */
  readonly maxBackups: number;
  readonly maxAgeDays: number;
}

/** A line of JSON for each event, in files that are put aside when they are large. */
export class AuditLog implements AuditSink {
  readonly #config: AuditLogConfig;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meter: AuditMeter;
  #file: FileHandle | undefined;
  #size = 0;
  #lines: Buffer[] = [];
  #writing: Promise<void> | undefined;

  private constructor(config: AuditLogConfig, clock: Clock, log: Log, meter: AuditMeter) {
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    this.#meter = meter;
  }

  /** Fails at once where the file cannot be written. */
  static async open(config: AuditLogConfig, clock: Clock, log: Log, meter: AuditMeter = silentAuditMeter): Promise<AuditLog> {
    const auditLog = new AuditLog(config, clock, log, meter);
    if (config.path !== '-') await auditLog.#begin();
    return auditLog;
  }

  write(event: AuditEvent): void {
    this.#lines.push(Buffer.from(`${JSON.stringify(event)}\n`));
    this.#writing ??= this.#drain();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #drain(): Promise<void> {
    // What comes while something is written goes out with the next write.
    await Promise.resolve();
    let taken = 0;
    try {
      while (this.#lines.length > 0) {
        const before = this.#lines.length;
        const bytes = this.#takeLines();
        taken = before - this.#lines.length;
        await this.#append(bytes);
        taken = 0;
      }
    } catch (error) {
      this.#meter.lost('log', this.#lines.length + taken);
      this.#lines = [];
      this.#log.error({ error: describeError(error) }, 'audit events are lost');
    }
    this.#writing = undefined;
  }

  /** As many lines as fit into the present file; one at least. */
  #takeLines(): Buffer {
    let size = 0;
    let count = 0;
    for (const line of this.#lines) {
      if (count > 0 && this.#size + size + line.length > this.#config.maxBytes) break;
      size += line.length;
      count++;
    }
    return Buffer.concat(this.#lines.splice(0, count));
  }

  async #append(bytes: Buffer): Promise<void> {
    if (!this.#file) {
      process.stdout.write(bytes);
      return;
    }
    if (this.#size > 0 && this.#size + bytes.length > this.#config.maxBytes) await this.#rotate();
    await this.#file.appendFile(bytes);
    this.#size += bytes.length;
  }

  async #begin(): Promise<void> {
    // It tells who reads which secrets.
    this.#file = await open(this.#config.path, 'a', 0o600);
    this.#size = (await this.#file.stat()).size;
  }

  async #rotate(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    await rename(this.#config.path, backupName(this.#config.path, this.#clock.now()));
    await this.#begin();
    await removeOldBackups(this.#config, this.#clock.now());
  }
}
