import { mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { whileDoing } from '../../base/errors.ts';
import { contextEntries, type KubeconfigInput } from './kubeconfig.ts';

const LOCK_TRIES = 100;
const LOCK_WAIT_MS = 50;

/** The file kubectl would write: the first of KUBECONFIG, else `~/.kube/config`. */
export function userKubeconfigPath(env: NodeJS.ProcessEnv = process.env): string {
  const first = env.KUBECONFIG?.split(delimiter).find((path) => path !== '');
  return first ?? join(homedir(), '.kube', 'config');
}

/** kubectl's own lock: `<file>.lock`, made exclusively, removed afterwards. */
async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (let tries = 0; ; tries++) {
    try {
      await (await open(lock, 'wx')).close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries >= LOCK_TRIES) {
        throw whileDoing(`locking ${path} (remove ${lock} if no other program is writing it)`, error);
      }
      await sleep(LOCK_WAIT_MS);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function readDocument(path: string): Promise<Document> {
  let text = '';
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new Error(`${path} is not valid YAML and was left as it is: ${document.errors[0]?.message}`);
  if (document.contents === null) {
    return parseDocument('apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\ncurrent-context: ""\npreferences: {}\n');
  }
  if (!isMap(document.contents)) throw new Error(`${path} is not a kubeconfig and was left as it is`);
  return document;
}

/** Writes beside and renames, so that a crash leaves the old file whole. A symbolic link stays one. */
async function writeDocument(path: string, document: Document): Promise<void> {
  const target = await stat(path).then(
    () => realpath(path),
    () => path,
  );
  const beside = `${target}.slipway-${process.pid}`;
  await writeFile(beside, document.toString({ lineWidth: 0 }), { mode: 0o600 });
  await rename(beside, target);
}

function listOf(document: Document, key: string): YAMLSeq {
  const existing = document.get(key);
  if (isSeq(existing)) return existing;
  const list = document.createNode([]) as YAMLSeq;
  document.set(key, list);
  return list;
}

const indexOf = (list: YAMLSeq, name: string) => list.items.findIndex((item) => isMap(item) && (item as YAMLMap).get('name') === name);

function put(document: Document, key: string, entry: { name: string }): void {
  const list = listOf(document, key);
  // An empty `[]` is written in flow style; entries added to it would stay on one line.
  list.flow = false;
  const at = indexOf(list, entry.name);
  const node = document.createNode(entry);
  if (at >= 0) list.items[at] = node;
  else list.items.push(node);
}

function drop(document: Document, key: string, name: string): boolean {
  const list = document.get(key);
  if (!isSeq(list)) return false;
  const at = indexOf(list, name);
  if (at < 0) return false;
  list.items.splice(at, 1);
  return true;
}

/** Adds or replaces one context and makes it the current one; everything else in the file stays, comments included. */
export async function mergeContext(path: string, input: KubeconfigInput): Promise<void> {
  const { cluster, user, context } = contextEntries(input);
  await withLock(path, async () => {
    const document = await readDocument(path);
    put(document, 'clusters', cluster);
    put(document, 'users', user);
    put(document, 'contexts', context);
    document.set('current-context', input.name);
    await writeDocument(path, document);
  });
}

/** Takes a context, its cluster and its user out; a file that never had them is not touched. */
export async function removeContext(path: string, name: string): Promise<void> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  await withLock(path, async () => {
    const document = await readDocument(path);
    const dropped = ['clusters', 'users', 'contexts'].map((key) => drop(document, key, name));
    if (!dropped.includes(true)) return;
    if (document.get('current-context') === name) document.set('current-context', '');
    await writeDocument(path, document);
  });
}
