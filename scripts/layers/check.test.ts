import { expect, test } from 'vitest';
import { faultOf, findCircle, importsOf } from './check.ts';

const value = (specifier: string) => ({ specifier, typeOnly: false });

test.each([
  {
    name: 'a component imports another',
    file: 'src/kubernetes/kubelet/a.ts',
    specifier: '../scheduler/queue.ts',
    says: /components meet only through the API server/,
  },
  {
    name: 'the API server is a client',
    file: 'src/kubernetes/apiserver/http/a.ts',
    specifier: '../../client/connect.ts',
    says: /may import .*storage/,
  },
  { name: 'machinery uses Node', file: 'src/kubernetes/machinery/a.ts', specifier: 'node:fs', says: /also runs without Node/ },
  { name: 'the renderer imports electron', file: 'src/renderer/a.tsx', specifier: 'electron', says: /only src\/main/ },
  { name: 'a folder nobody knows', file: 'src/other/a.ts', specifier: './b.ts', says: /belongs to no layer/ },
])('$name: refused', ({ file, specifier, says }) => {
  expect(faultOf(file, value(specifier))).toMatch(says);
});

test.each([
  { name: 'a controller imports the client', file: 'src/kubernetes/controllers/job/a.ts', specifier: '../../client/informer.ts' },
  { name: 'a package', file: 'src/kubernetes/machinery/a.ts', specifier: 'yaml' },
  { name: 'its own folder', file: 'src/base/a.ts', specifier: './log.ts' },
])('$name: allowed', ({ file, specifier }) => {
  expect(faultOf(file, value(specifier))).toBeUndefined();
});

test('imports of every form are found, types apart', () => {
  const source =
    "import {\n  a,\n} from './a.ts';\nimport type { B } from './b.ts';\nexport * from './c.ts';\nimport './d.ts';\nconst e = await import('./e.ts');\n";
  expect(importsOf(source).map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' type' : ''}`)).toEqual([
    './a.ts',
    './b.ts type',
    './c.ts',
    './d.ts',
    './e.ts',
  ]);
});

test('a circle is named whole', () => {
  expect(
    findCircle(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b', 'c', 'b']);
  expect(
    findCircle(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['c']],
      ]),
    ),
  ).toBeUndefined();
});
