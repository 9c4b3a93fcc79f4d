/** Values as plain data, for what an expression gives back: patches, audit annotations, messages. */

import { base64OfBytes } from '../../codec/base64.ts';
import { int64Of } from '../../codec/json-value.ts';
import { keyText } from '../evaluate/access.ts';
import { DataList, DataMap } from './data.ts';
import { fail } from './errors.ts';
import { CelDuration, CelTimestamp } from './time.ts';
import { typeOf } from './type-of.ts';
import { CelDouble, CelList, CelMap, CelObject, CelUint, type CelValue } from './value.ts';

export function toData(value: CelValue): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return int64Of(value);
  if (value instanceof CelDouble || value instanceof CelUint) return Number(value.value);
  if (value instanceof DataList) return value.data;
  if (value instanceof DataMap) return value.data;
  if (value instanceof CelList) return [...value].map(toData);
  if (value instanceof CelMap) return mapData(value);
  if (value instanceof CelObject) return value.toData();
  if (value instanceof Uint8Array) return base64OfBytes(value);
  if (value instanceof CelTimestamp || value instanceof CelDuration) return value.toString();
  return fail(`a value of type ${typeOf(value).name} cannot be converted`);
}

function mapData(map: CelMap): Record<string, unknown> {
  if ('data' in map) return map.data as Record<string, unknown>;
  return Object.fromEntries([...map.keys()].map((key) => [keyText(key), toData(map.get(key) ?? null)]));
}
