// npm run package: the app as a directory and a tar.gz (Linux; dmg and nsis on their systems), node image inside.
// --dir makes only the directory. Without network, Electron's test runtime takes the place of the current Electron.
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { build as bundle } from 'esbuild';
import { ensureAppBuilt, ROOT } from './build.ts';
import { ensureNodeImage } from './build-node-image.ts';
import { consoleLog } from './node-image/console-log.ts';
import { electronFolder } from './setup/desktop.ts';
import { run } from './setup/run.ts';

const STAGE = join(ROOT, 'out', 'package', 'node-image');

/** The node image, compressed as every Docker Engine can import it, with its name beside it. */
async function stageNodeImage(): Promise<void> {
  const { tag, tar } = await ensureNodeImage({ log: consoleLog });
  const facts = JSON.stringify({ tag, archive: 'image.tar.gz' });
  const factsFile = join(STAGE, 'image.json');
  if (existsSync(factsFile) && (await readFile(factsFile, 'utf8')) === facts) return;
  await rm(STAGE, { recursive: true, force: true });
  await mkdir(STAGE, { recursive: true });
  console.log('Compressing the node image ...');
  await pipeline(createReadStream(tar), createGzip({ level: 6 }), createWriteStream(join(STAGE, 'image.tar.gz')));
  await writeFile(factsFile, facts);
}

/** The command line runs on the app's own Electron (ELECTRON_RUN_AS_NODE), so it is one plain file. */
async function stageCli(): Promise<void> {
  const folder = join(ROOT, 'out', 'cli');
  await bundle({
    entryPoints: [join(ROOT, 'src/cli/main.ts')],
    outfile: join(folder, 'slipway.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname;",
    },
    external: ['cpu-features', '*.node'],
    logLevel: 'error',
  });
  await copyFile(join(ROOT, 'resources/cli/slipway'), join(folder, 'slipway'));
}

const { values } = parseArgs({ options: { dir: { type: 'boolean', default: false } }, allowPositionals: true });
await ensureAppBuilt();
await Promise.all([stageNodeImage(), stageCli()]);
const electron = await electronFolder(ROOT);
console.log(`Packaging with Electron ${electron.version} ...`);
await run(
  process.execPath,
  [
    join(ROOT, 'node_modules/electron-builder/cli.js'),
    // electron-builder fetches a packer of its own for tar.gz; tar is everywhere.
    ...(values.dir || process.platform === 'linux' ? ['--dir'] : []),
    '--publish=never',
    `-c.electronDist=${electron.folder}`,
    `-c.electronVersion=${electron.version}`,
  ],
  { cwd: ROOT, show: true },
);

if (process.platform === 'linux' && !values.dir) {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const name = `slipway-${version}-linux-${process.arch}`;
  await run('tar', [
    '-czf',
    join(ROOT, 'dist', `${name}.tar.gz`),
    '--transform',
    `s,^linux-unpacked,${name},`,
    '-C',
    join(ROOT, 'dist'),
    'linux-unpacked',
  ]);
  console.log(`dist/${name}.tar.gz`);
}
