import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = join(ROOT, 'src/kubernetes/bin');
const OUT = join(ROOT, 'out/node');
const ENTRY = 'slipway-node';

/** CommonJS packages in an ES module bundle still call `require` for Node's own modules. */
const REQUIRE = "import { createRequire as slipwayRequire } from 'node:module'; const require = slipwayRequire(import.meta.url);";

/** Leaves the components that the entry loads on demand in files of their own, beside it. */
const componentsApart: Plugin = {
  name: 'components-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/.*\.ts$/ }, ({ kind, importer, path }) => {
      if (kind !== 'dynamic-import' || importer !== join(BIN, `${ENTRY}.ts`)) return undefined;
      return { path: path.replace(/\.ts$/, '.mjs'), external: true };
    });
  },
};

/** The files in bin that the entry can load: those that export `run`. */
async function componentNames(): Promise<string[]> {
  const entry = await readFile(join(BIN, `${ENTRY}.ts`), 'utf8');
  return [...entry.matchAll(/import\('\.\/([a-z-]+)\.ts'\)/g)].map(([, name]) => name as string);
}

/**
 * What runs inside nodes: an entry and one self-contained file for each component. A process
 * reads only its own component: one file for all would cost each a tenth of a second and several megabytes. Names are
 * kept (only white space and syntax are minified), because a stack trace from a user's machine has to mean something.
 * `components` are those wanted, of all.
 */
export async function buildBundle(folder: string, components?: readonly string[]): Promise<void> {
  const names = new Set([ENTRY, ...(components ?? (await componentNames()))]);
  await build({
    entryPoints: Object.fromEntries([...names].map((name) => [name, join(BIN, `${name}.ts`)])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    plugins: [componentsApart],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    // Optional accelerators of `ws`, which it does without.
    external: ['bufferutil', 'utf-8-validate'],
    // Only the entry is started as a program; the components are loaded by it.
    define: { 'import.meta.main': 'false' },
    logLevel: 'warning',
  });
}

if (import.meta.main) {
  await rm(OUT, { recursive: true, force: true });
  await buildBundle(OUT);
  for (const name of await readdir(OUT)) {
    console.log(`${name} ${((await stat(join(OUT, name))).size / 1e6).toFixed(1)} MB`);
  }
}
