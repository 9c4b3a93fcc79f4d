import type { DeviceAttribute } from '../../api/generated/resource-v1.ts';
import { compileSelector, SelectorFault } from '../../api/resource/selectors/compile.ts';
import type { CompiledExpression } from '../../machinery/cel/compile.ts';
import { QuantityValue } from '../../machinery/cel/library/kubernetes/quantity.ts';
import { toSemver } from '../../machinery/cel/library/kubernetes/semver.ts';
import { LazyObject } from '../../machinery/cel/schema/lazy.ts';
import { dataToValue } from '../../machinery/cel/values/data.ts';
import { CelError } from '../../machinery/cel/values/errors.ts';
import { EntryMap } from '../../machinery/cel/values/map.ts';
import { CelMap, type CelValue } from '../../machinery/cel/values/value.ts';
import { parseQuantity } from '../../machinery/quantity.ts';
import type { PoolDevice } from './pools.ts';

const COST_LIMIT = 1_000_000;
const MAX_REMEMBERED = 1_000;

/** What a selector says of a device: yes, no, or why it cannot say. */
export type Match = boolean | { readonly fault: string };

/** Selectors that were compiled, and what they read of devices. */
export class DeviceSelectors {
  readonly #compiled = new Map<string, CompiledExpression | SelectorFault>();
  readonly #values = new WeakMap<object, CelValue>();

  matches(source: string, device: PoolDevice): Match {
    const expression = this.#compile(source);
    if (expression instanceof SelectorFault) return { fault: expression.detail };
    const { value } = expression.evaluate({ device: this.#valueOf(device) }, { costLimit: COST_LIMIT });
    if (value instanceof CelError) return { fault: value.message };
    return typeof value === 'boolean' ? value : { fault: 'the selector does not evaluate to bool' };
  }

  #compile(source: string): CompiledExpression | SelectorFault {
    const known = this.#compiled.get(source);
    if (known) return known;
    const compiled = compileSelector(source);
    const expression = compiled instanceof SelectorFault ? compiled : compiled.expression;
    if (this.#compiled.size >= MAX_REMEMBERED) this.#compiled.clear();
    this.#compiled.set(source, expression);
    return expression;
  }

  /** Devices of the cache never change, so that their values can be kept. */
  #valueOf(poolDevice: PoolDevice): CelValue {
    const known = this.#values.get(poolDevice.device);
    if (known !== undefined) return known;
    const value = celValueOf(poolDevice);
    this.#values.set(poolDevice.device, value);
    return value;
  }
}

function celValueOf({ driver, device }: PoolDevice): CelValue {
  return new LazyObject(
    new Map<string, () => CelValue>([
      ['driver', () => driver],
      ['allowMultipleAllocations', () => device.allowMultipleAllocations ?? false],
      ['attributes', () => byDomain(device.attributes, driver, attributeValue)],
      ['capacity', () => byDomain(device.capacity, driver, ({ value }) => new QuantityValue(parseQuantity(value)))],
    ]),
  );
}

function attributeValue({ int, bool, string, version }: DeviceAttribute): CelValue {
  return version === undefined ? dataToValue(int ?? bool ?? string ?? null) : toSemver(version);
}

/** `a.b/c` is entry `c` of domain `a.b`; names without a domain are the driver's. */
function byDomain<T>(entries: Readonly<Record<string, T>> = {}, driver: string, convert: (value: T) => CelValue): CelMap {
  const domains = new Map<string, [string, CelValue][]>();
  for (const [name, value] of Object.entries(entries)) {
    const { domain, id } = qualified(name, driver);
    const list = domains.get(domain) ?? [];
    list.push([id, convert(value)]);
    domains.set(domain, list);
  }
  return new Domains(EntryMap.from([...domains].map(([domain, list]) => [domain, EntryMap.from(list)])));
}

export function qualified(name: string, driver: string): { domain: string; id: string } {
  const slash = name.indexOf('/');
  return slash < 0 ? { domain: driver, id: name } : { domain: name.slice(0, slash), id: name.slice(slash + 1) };
}

/** A domain of which a device has nothing is empty, not absent: selectors need not ask first. */
class Domains extends CelMap {
  readonly #known: EntryMap;

  constructor(known: EntryMap) {
    super();
    this.#known = known;
  }

  override get size(): number {
    return this.#known.size;
  }

  override get(key: CelValue): CelValue {
    return this.#known.get(key) ?? new EntryMap();
  }

  override has(key: CelValue): boolean {
    return this.#known.has(key);
  }

  override keys(): Iterable<CelValue> {
    return this.#known.keys();
  }
}
