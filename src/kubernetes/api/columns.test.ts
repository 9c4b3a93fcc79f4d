import { describe, expect, test } from 'vitest';
import { hasReference, recorded, referenceJson } from '../../../test/support/reference.ts';
import { mergePatch } from '../machinery/patch/merge.ts';
import type { Column, ResourceDefinition } from './define.ts';
import { definitions } from './registry.ts';

const NOW = Date.parse('2026-11-22T07:15:56Z');

interface Base {
  id: string;
  path: string;
  response: object;
}

interface Row {
  id: string;
  status?: object;
  columns: string[];
  cells: unknown[][];
}

function servedAt(path: string): ResourceDefinition | undefined {
  const [, root, ...rest] = path.split('/');
  const [group, version] = root === 'api' ? ['', rest[0]] : rest;
  const plural = path.split('/').at(-1);
  return definitions.find((kind) => kind.group === group && kind.version === version && kind.plural === plural);
}

/** What varies from run to run: ages, allocated addresses and ports, uids. */
function steady(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell;
  return cell
    .replace(/^(\d+[smhdy])+$|^\d{4}-\d\d-\d\dT.*Z$/, 'AGE')
    .replace(/^10\.(96\.\*|(9|10)\d\.\d+\.\d+)$/, 'ADDRESS')
    .replace(/:(3\d{4}|\*)\//g, ':PORT/')
    .replace(/controller-uid=.*/, 'controller-uid=UID');
}

const withTimes = (object: object): object =>
  JSON.parse(JSON.stringify(object), (key, value) => {
    if (value !== '*') return value;
    if (key === 'nodePort') return 30000;
    return /[tT]ime(stamp)?$/.test(key) ? '2026-11-22T07:15:56Z' : key === 'clusterIP' ? '10.96.0.5' : value;
  });

/** A controller of the API server itself had been at work. */
const FOUND: Readonly<Record<string, object>> = {
  apiservice: { conditions: [{ type: 'Available', status: 'False', reason: 'ServiceNotFound' }] },
};

describe.skipIf(!hasReference)('as a real server prints', () => {
  const bases = hasReference ? recorded<Base>('bases') : [];
  const rows = hasReference ? Map.groupBy(recorded<Row>('tables'), ({ id }) => id) : new Map<string, Row[]>();

  for (const { id, path, response } of bases) {
    const definition = servedAt(path);
    if (!definition || !rows.has(id)) continue;
    test(id, () => {
      let object: unknown = mergePatch(withTimes(response), { status: FOUND[id] ?? {} });
      for (const { status, columns, cells } of rows.get(id) ?? []) {
        if (status) object = mergePatch(object, { status });
        const own = (definition.columns as readonly Column<unknown>[]).map(({ name, value }) => [name, steady(value(object, NOW) ?? null)]);
        expect(own).toEqual(columns.map((name, index) => [name, steady(cells[0]?.[index])]));
      }
    });
  }

  test('the same columns', () => {
    const listed = referenceJson<Record<string, { name: string; type: string; format: string; priority: number }[]>>('table-columns.json');
    for (const { group, version, plural, columns } of definitions) {
      const own = columns.map(({ name, type = 'string', format = '', priority = 0 }) => ({ name, type, format, priority }));
      const path = `${group ? `/apis/${group}` : '/api'}/${version}/${plural}`;
      expect(own, path).toEqual(listed[path]?.map(({ name, type, format, priority }) => ({ name, type, format, priority })));
    }
  });
});
