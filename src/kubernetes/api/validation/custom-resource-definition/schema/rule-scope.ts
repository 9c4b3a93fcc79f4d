import { costLimits } from '../../../../machinery/cel/cost/units.ts';
import type { JsonSchema } from '../../../../machinery/structural/json-schema.ts';

const MOST = 2n ** 64n - 1n;
const SHOWN_RULES = 4;
/** Rules that cost less do not matter to the whole. */
const NOTABLE = costLimits.definitionEstimate / 100n;

/** What the rules of a definition may cost together, and which of them cost the most. */
export class TotalCost {
  total = 0n;
  #notable: { readonly path: string; readonly cost: bigint }[] = [];

  add(path: string, cost: bigint): void {
    this.total = capped(this.total + cost);
    if (cost < NOTABLE) return;
    this.#notable = [...this.#notable, { path, cost }].sort((a, b) => Number(b.cost - a.cost)).slice(0, SHOWN_RULES);
  }

  /** Where the most expensive rules are. */
  get mostExpensive(): readonly string[] {
    return this.#notable.map(({ path }) => path);
  }
}

/** Where in a schema rules are: whether `self` is a whole resource there, and how often the place may be there at most. */
export class RuleScope {
  readonly isResource: boolean;
  readonly totalCost: TotalCost;
  /** Undefined where nothing limits it but the size of a request. */
  readonly #count: bigint | undefined;
  readonly #schema: JsonSchema;

  static root(schema: JsonSchema): RuleScope {
    return new RuleScope(schema, true, 1n, new TotalCost());
  }

  private constructor(schema: JsonSchema, isResource: boolean, count: bigint | undefined, totalCost: TotalCost) {
    this.#schema = schema;
    this.isResource = isResource;
    this.#count = count;
    this.totalCost = totalCost;
  }

  /** The scope of a schema directly inside. */
  child(schema: JsonSchema): RuleScope {
    const factor = mostElements(this.#schema);
    const count = this.#count === undefined || factor === undefined ? undefined : capped(this.#count * factor);
    return new RuleScope(schema, schema['x-kubernetes-embedded-resource'] === true, count, this.totalCost);
  }

  /** What a rule costs if it is asked as often as it may be; `minSize` is the least that each value takes in a request. */
  costOf(cost: bigint, minSize: number): bigint {
    return capped(cost * (this.#count ?? costLimits.requestBytes / (BigInt(minSize) + 1n)));
  }
}

const capped = (value: bigint): bigint => (value > MOST ? MOST : value);

/** How many of each inner value there may be. */
function mostElements(schema: JsonSchema): bigint | undefined {
  const limit = (max: number | undefined) => (max === undefined || max === null ? undefined : BigInt(Math.max(0, max)));
  const isMap = schema.additionalProperties !== undefined && schema.additionalProperties !== null;
  if (schema.type === 'object' && isMap) return limit(schema.maxProperties);
  return schema.type === 'array' ? limit(schema.maxItems) : 1n;
}
