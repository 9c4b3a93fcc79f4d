import { type CompiledExpression, compile } from '../../cel/compile.ts';
import type { Environment } from '../../cel/environment.ts';
import { estimateKubernetesCost, kubernetesEnvironment } from '../../cel/kubernetes.ts';
import { type DeclType, typeProviderOf } from '../../cel/schema/decl-type.ts';
import { declTypeOf } from '../../cel/schema/from-schema.ts';
import type { JsonSchema as CelSchema } from '../../cel/schema/json-schema.ts';
import { sizesWithin } from '../../cel/schema/sizes.ts';
import { CelIssues } from '../../cel/syntax/issues.ts';
import { type CelType, formatType, optionalOf } from '../../cel/types/type.ts';
import { FieldPathError, followFieldPath } from '../field-path.ts';
import type { JsonSchema, ValidationRule } from '../json-schema.ts';

/** An expression that is wrong, in upstream's words. */
export class RuleFault {
  readonly detail: string;

  constructor(detail: string) {
    this.detail = detail;
  }
}

/** A rule of a schema, ready to be asked. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  /** Undefined where the rule is empty. */
  readonly expression: CompiledExpression | RuleFault | undefined;
  readonly usesOldSelf: boolean;
  /** The most that asking it once may cost. */
  readonly cost: bigint;
  readonly message: CompiledExpression | RuleFault | undefined;
  readonly messageCost: bigint;
  /** Where in `self` the fault is, as messages name it; empty for `self` itself. */
  readonly fieldPath: string;
}

/**
 * What `self` is where a schema stands; undefined where rules cannot be. Its name is another each time, so that no
 * expression can come to depend on it.
 */
export function selfTypeOf(schema: JsonSchema, isResource: boolean): DeclType | undefined {
  return declTypeOf(schema as CelSchema, `selfType${Math.floor(Math.random() * 1e9)}`, isResource);
}

/** Compiles the rules of a schema, not those of the schemas inside. `self` is its declared type. */
export function compileRules(schema: JsonSchema, self: DeclType): CompiledRule[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return [];
  const types = kubernetesEnvironment.extend({ types: typeProviderOf([self], { keywordsAsFields: true }) });
  const plain = withVariables(types, self.type, self.type);
  const optional = withVariables(types, self.type, optionalOf(self.type));
  return rules.map((rule) => compileRule(rule, schema, self, rule.optionalOldSelf ? optional : plain));
}

const withVariables = (environment: Environment, self: CelType, oldSelf: CelType): Environment =>
  environment.extend({
    variables: [
      { name: 'self', type: self },
      { name: 'oldSelf', type: oldSelf },
    ],
  });

const NOTHING = { usesOldSelf: false, cost: 0n, message: undefined, messageCost: 0n, fieldPath: '' } as const;

function compileRule(rule: ValidationRule, schema: JsonSchema, self: DeclType, environment: Environment): CompiledRule {
  const { rule: source = '', messageExpression = '' } = rule;
  if (source.trim() === '') return { rule, expression: undefined, ...NOTHING };
  const expression = compileTo('bool', source, environment);
  if (expression instanceof RuleFault) return { rule, expression, ...NOTHING };
  const message = messageExpression === '' ? undefined : compileTo('string', messageExpression, environment);
  return {
    rule,
    expression,
    usesOldSelf: refersToOldSelf(expression),
    cost: costOf(expression, self),
    message,
    messageCost: message && !(message instanceof RuleFault) ? costOf(message, self) : 0n,
    fieldPath: rule.fieldPath ? (pathText(rule.fieldPath, schema) ?? '') : '',
  };
}

const DEMANDS = {
  bool: { prefix: '', demand: 'cel expression must evaluate to a bool', instantiation: 'program instantiation failed: ' },
  string: {
    prefix: 'messageExpression ',
    demand: 'messageExpression must evaluate to a string',
    instantiation: 'messageExpression instantiation failed: ',
  },
} as const;

function compileTo(type: 'bool' | 'string', source: string, environment: Environment): CompiledExpression | RuleFault {
  const { prefix, demand, instantiation } = DEMANDS[type];
  const compiled = compile(source, environment);
  if (compiled instanceof CelIssues) {
    const head = compiled.phase === 'instantiation' ? instantiation : `${prefix}compilation failed: `;
    return new RuleFault(`${head}${compiled}`);
  }
  return formatType(compiled.type) === type ? compiled : new RuleFault(demand);
}

const costOf = (expression: CompiledExpression, self: DeclType): bigint => estimateKubernetesCost(expression, sizesWithin(self)).max;

function refersToOldSelf({ checked }: CompiledExpression): boolean {
  return checked.references.some((reference) => reference?.kind === 'variable' && reference.variable.name === 'oldSelf');
}

function pathText(path: string, schema: JsonSchema): string | undefined {
  try {
    return followFieldPath(path, schema).text;
  } catch (error) {
    if (error instanceof FieldPathError) return undefined;
    throw error;
  }
}
