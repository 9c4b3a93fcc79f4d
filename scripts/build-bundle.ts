import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OUT = join(ROOT, 'out/node/slipway-node.mjs');

/** CommonJS packages in an ES module bundle still call `require` for Node's own modules. */
const REQUIRE = "import { createRequire as slipwayRequire } from 'node:module'; const require = slipwayRequire(import.meta.url);";

/**
 * Everything that runs inside nodes as one file; returns its path. Names are kept (only white space and syntax are
 * minified), because a stack trace from a user's machine has to mean something.
 */
export async function buildBundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'src/kubernetes/bin/slipway-node.ts')],
    outfile: OUT,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    banner: { js: REQUIRE },
    // Optional accelerators of `ws`, which it does without.
    external: ['bufferutil', 'utf-8-validate'],
    // Only the file that was started is the program; in a bundle all would think so.
    define: { 'import.meta.main': 'false' },
    logLevel: 'warning',
  });
  await mkdir(dirname(OUT), { recursive: true });
  // In one step: somebody else may be building an image from it.
  for (const { path, contents } of outputFiles) {
    await writeFile(`${path}.${process.pid}`, contents);
    await rename(`${path}.${process.pid}`, path);
  }
  return OUT;
}

if (import.meta.main) {
  const file = await buildBundle();
  console.log(`${file} ${((await stat(file)).size / 1e6).toFixed(1)} MB`);
}
