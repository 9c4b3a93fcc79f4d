/** The cost units of cel-go, and the limits that Kubernetes sets in them. */

/** For each character of a text that is read. */
export const TEXT_FACTOR = 0.1;
/** For each character of a regular expression. */
export const REGEX_FACTOR = 0.25;
export const LIST_COST = 10;
export const MAP_COST = 30;
export const STRUCT_COST = 40;

/** Kubernetes' limits. */
export const costLimits = {
  /** What one evaluation of an expression may cost. */
  perCall: 1_000_000,
  /** What all rules of one object, or all expressions of a policy, may cost together. */
  runtimeBudget: 10_000_000,
  /** What the match conditions of a webhook may cost together. */
  matchConditionsBudget: 2_500_000,
  /** What one rule of a custom resource definition may be estimated to cost. */
  ruleEstimate: 10_000_000n,
  /** What all rules of a custom resource definition may be estimated to cost. */
  definitionEstimate: 100_000_000n,
  /** The largest request, which limits how often a value can be in it. */
  requestBytes: 3n * 1024n * 1024n,
} as const;
