import type { JsonSchema } from '../../../../machinery/structural/json-schema.ts';

/** Where in a schema rules are: what `self` is there, how often it may be there, and what all rules together cost. */
export interface RuleScope {
  property(schema: JsonSchema, property: JsonSchema, name: string): RuleScope;
  items(schema: JsonSchema, items: JsonSchema): RuleScope;
  values(schema: JsonSchema, values: JsonSchema): RuleScope;
}
