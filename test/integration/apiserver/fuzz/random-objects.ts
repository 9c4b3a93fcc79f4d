import { lookupSchema } from '../../../../src/kubernetes/api/schemas.ts';
import type { FieldSchema, ScalarKind, TypeSchema } from '../../../../src/kubernetes/machinery/schema/schema.ts';
import type { Random } from './random.ts';

export type Json = Record<string, unknown>;

/** Types contain themselves; nothing that matters lies deeper. */
const MAX_DEPTH = 7;

const STRINGS = [
  '',
  'a',
  'x-1',
  'a.b/c',
  'A_b c',
  '/../x',
  '1',
  'true',
  'null',
  'http://x:1/y?z',
  'é☃',
  '__proto__',
  '*',
  'x'.repeat(300),
  '{"a":1}',
];
const NAMES = ['a', 'b', 'web', 'x-1', 'a.b'];
const INT32S = [0, 1, 2, 3, -1, 80, 443, 65_536, 2 ** 31 - 1, -(2 ** 31)];
const INT64S = [...INT32S, 2 ** 53 - 1, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];

const SCALARS: Readonly<Record<ScalarKind, readonly unknown[]>> = {
  string: STRINGS,
  boolean: [true, false],
  int32: INT32S,
  int64: INT64S,
  double: [0, 1, -0.5, 1e21, 1e-7, 1.7976931348623157e308],
  bytes: ['', 'aGVsbG8=', 'AP/+', '////'],
  quantity: ['0', '1', '100m', '1Gi', '-1', '1e3', '0.5', '1500m', 2, '9223372036854775807', '1u'],
  time: ['2026-01-02T03:04:05Z', '1970-01-01T00:00:00Z', '2026-01-02T03:04:05+02:00', null],
  microtime: ['2026-01-02T03:04:05.123456Z', '1970-01-01T00:00:00.000000Z', null],
  duration: ['0s', '1s', '1h30m0s', '-1.5s', '1ms'],
  intOrString: [0, 80, -1, 'web', '50%', '', '150%'],
  fieldsV1: [{ 'f:data': { 'f:a': {} } }, {}],
  raw: [{ kind: 'X', apiVersion: 'x/v1', n: 2n ** 60n }, {}],
  json: [1, 'x', [1, null], { a: { b: [] } }, null, true, -(2n ** 60n)],
};

/** Objects of the right types and of random content, as schemas say. */
export class RandomObjects {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** An object of a definition; `fill` is how likely a field is there. */
  of(definition: string, fill = 0.4, depth = 0): unknown {
    const schema = lookupSchema(definition);
    if (schema.either) return this.#either(schema.fields, fill, depth);
    const object: Json = {};
    for (const field of schema.fields) {
      if (field.name === 'kind' || field.name === 'apiVersion') continue;
      const wanted = field.required ? 0.95 : depth === 0 ? 0.9 : fill;
      if (this.#random.chance(wanted)) object[field.name] = this.value(field.type, field.name, fill * 0.9, depth + 1);
    }
    return object;
  }

  value(type: TypeSchema, name: string, fill: number, depth: number): unknown {
    const random = this.#random;
    if (random.chance(0.02)) return null;
    switch (type.kind) {
      case 'ref':
        return depth > MAX_DEPTH ? {} : this.of(type.name, fill, depth);
      case 'list':
        return random.list(depth > MAX_DEPTH ? 0 : random.below(3), () => this.value(type.items, name, fill, depth));
      case 'map':
        return Object.fromEntries(
          random.list(random.below(3), () => [
            random.pick(['a', 'b/c', 'cpu', 'x.y', '__proto__']),
            this.value(type.values, name, fill, depth),
          ]),
        );
      default:
        if (type.enum && random.chance(0.9)) return random.pick(type.enum);
        if (type.kind === 'string' && /name$/i.test(name) && random.chance(0.8)) return random.pick(NAMES);
        return random.pick(SCALARS[type.kind]);
    }
  }

  #either(fields: readonly FieldSchema[], fill: number, depth: number): unknown {
    const field = this.#random.pick(fields);
    return depth > MAX_DEPTH ? {} : this.value(field.type, field.name, fill, depth + 1);
  }
}
