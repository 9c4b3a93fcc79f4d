import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterSpec } from '../../ipc/cluster.ts';
import type { KeyPair } from '../pki/authority.ts';
import type { ClusterAuthorities } from '../pki/cluster-certificates.ts';

/** What the app remembers of a cluster; what runs is asked of the provider each time. */
export interface ClusterRecord {
  spec: ClusterSpec & { apiPort: number };
  /** Last long operation's outcome. `creating` and `deleting` also survive a crash of the app. */
  phase: 'creating' | 'ready' | 'failed' | 'deleting';
  /** One sentence, for `failed`. */
  error?: string;
  /** RFC 3339 */
  createdAt: string;
  /** Node names in order of creation, control plane first. */
  nodes: string[];
  /** Process that is working on it, so that a crash is told from work in progress. */
  pid?: number;
}

export interface ClusterSecrets {
  authorities: ClusterAuthorities;
  admin: KeyPair;
}

/** One folder a cluster below `<home>/clusters`: `cluster.json`, `secrets.json` (0600), `logs/`. */
export class ClusterStore {
  readonly #root: string;

  constructor(home: string) {
    this.#root = join(home, 'clusters');
  }

  folder(name: string): string {
    return join(this.#root, name);
  }

  async list(): Promise<ClusterRecord[]> {
    const names = await readdir(this.#root).catch(ifMissing<string[]>([]));
    const records = await Promise.all(names.map((name) => this.get(name)));
    return records.filter((record) => record !== undefined);
  }

  get(name: string): Promise<ClusterRecord | undefined> {
    return this.#read<ClusterRecord>(name, 'cluster.json');
  }

  put(record: ClusterRecord): Promise<void> {
    return this.#write(record.spec.name, 'cluster.json', record);
  }

  secrets(name: string): Promise<ClusterSecrets | undefined> {
    return this.#read<ClusterSecrets>(name, 'secrets.json');
  }

  putSecrets(name: string, secrets: ClusterSecrets): Promise<void> {
    return this.#write(name, 'secrets.json', secrets);
  }

  /** Keeps a log where the user can read it; returns the file. */
  async putLog(name: string, file: string, text: string): Promise<string> {
    const folder = join(this.folder(name), 'logs');
    await mkdir(folder, { recursive: true });
    const path = join(folder, file);
    await writeFile(path, text);
    return path;
  }

  async remove(name: string): Promise<void> {
    await rm(this.folder(name), { recursive: true, force: true });
  }

  async #read<T>(name: string, file: string): Promise<T | undefined> {
    const text = await readFile(join(this.folder(name), file), 'utf8').catch(ifMissing<undefined>(undefined));
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  async #write(name: string, file: string, value: unknown): Promise<void> {
    const folder = this.folder(name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const beside = join(folder, `.${file}.${process.pid}`);
    await writeFile(beside, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    await rename(beside, join(folder, file));
  }
}

function ifMissing<T>(value: T) {
  return (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return value;
    throw error;
  };
}
