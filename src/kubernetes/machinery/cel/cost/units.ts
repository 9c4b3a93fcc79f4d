/** The cost units of cel-go, and the limits that Kubernetes sets in them. */

/** For each character of a text that is read. */
export const TEXT_FACTOR = 0.1;
/** For each character of a regular expression. */
export const REGEX_FACTOR = 0.25;
export const LIST_COST = 10;
export const MAP_COST = 30;
export const STRUCT_COST = 40;

/** What one evaluation of an expression may cost. */
export const PER_CALL_LIMIT = 1_000_000;
/** What all rules of one object, or all expressions of a policy, may cost together. */
export const RUNTIME_COST_BUDGET = 10_000_000;
/** What the match conditions of a webhook may cost together. */
export const MATCH_CONDITIONS_COST_BUDGET = RUNTIME_COST_BUDGET / 4;
/** What one rule of a custom resource definition may be estimated to cost. */
export const RULE_ESTIMATE_LIMIT = 10_000_000n;
/** What all rules of a custom resource definition may be estimated to cost. */
export const DEFINITION_ESTIMATE_LIMIT = 100_000_000n;
