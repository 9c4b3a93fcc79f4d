// Checks every import of src against the table: node scripts/layers/check.ts
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAYERS, type Layer } from './table.ts';

interface Import {
  specifier: string;
  /** Erased at run time. */
  typeOnly: boolean;
}

const STATIC = /^(?:import|export)\s+(type\s)?[^'";]*?from\s*'([^']+)'/gm;
const BARE = /^import\s*'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

export function importsOf(source: string): Import[] {
  return [
    ...[...source.matchAll(STATIC)].map(([, type, specifier = '']) => ({ specifier, typeOnly: type !== undefined })),
    ...[...source.matchAll(BARE), ...source.matchAll(DYNAMIC)].map(([, specifier = '']) => ({ specifier, typeOnly: false })),
  ];
}

const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier);
const layerOf = (file: string): Layer | undefined => LAYERS.find(({ folder }) => file.startsWith(`${folder}/`));

/** What is wrong with one import of `file`, in a sentence that says what is allowed; undefined when nothing is. */
export function faultOf(file: string, { specifier }: Import): string | undefined {
  const layer = layerOf(file);
  if (!layer) return `${file}: belongs to no layer; add its folder to scripts/layers/table.ts`;
  if (specifier === 'electron' && !layer.electron) return `${file}: only src/main may import electron`;
  if (isBuiltin(specifier) && !layer.node) return `${file}: imports ${specifier}, but ${layer.folder} also runs without Node`;
  if (!specifier.startsWith('.')) return undefined;
  const target = normalize(join(dirname(file), specifier));
  if (!target.startsWith('src/')) return target === 'package.json' ? undefined : `${file}: imports ${target}, outside src`;
  if ([layer.folder, ...layer.mayImport].some((prefix) => target.startsWith(prefix))) return undefined;
  const allowed = layer.mayImport.length > 0 ? `may import ${layer.mayImport.join(', ')}` : 'imports nothing of ours';
  return `${file}: imports ${target}; ${layer.folder} ${allowed} (${layer.because})`;
}

/** Files that need each other at run time, as the first circle found. */
export function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

function main(root: string): void {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => `src/${name.replaceAll('\\', '/')}`);
  const imports = new Map(files.map((file) => [file, importsOf(readFileSync(join(root, file), 'utf8'))]));
  const faults = [...imports].flatMap(([file, list]) => list.flatMap((entry) => faultOf(file, entry) ?? []));
  const graph = new Map(
    [...imports].map(([file, list]) => [
      file,
      list
        .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
        .map(({ specifier }) => normalize(join(dirname(file), specifier))),
    ]),
  );
  const circle = findCircle(graph);
  if (circle) faults.push(`a circle of imports: ${circle.join(' -> ')}`);
  for (const fault of faults) console.error(fault);
  console.log(`${files.length} files, ${faults.length} faults`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

if (import.meta.main) main(fileURLToPath(new URL('../..', import.meta.url)));
