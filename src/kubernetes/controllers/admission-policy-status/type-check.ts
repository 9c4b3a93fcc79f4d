import { admissionEnvironment } from '../../api/admissionregistration/expressions/environment.ts';
import type { ExpressionWarning, ValidatingAdmissionPolicy, Variable } from '../../api/generated/admissionregistration-v1.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { compile } from '../../machinery/cel/compile.ts';
import { type Environment, firstOf } from '../../machinery/cel/environment.ts';
import { type DeclType, typeProviderOf } from '../../machinery/cel/schema/decl-type.ts';
import { recordType } from '../../machinery/cel/schema/lazy.ts';
import { CelIssues } from '../../machinery/cel/syntax/issues.ts';
import { type CelType, dynType, structType } from '../../machinery/cel/types/type.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import { type KindSchemas, kindSchemasOf } from './kind-schemas.ts';
import { kindsOf } from './matched-kinds.ts';

/** A kind that a policy is about, as expressions see it. */
interface CheckedKind {
  /** `apps/v1, Kind=Deployment` */
  readonly label: string;
  readonly declared: DeclType;
}

/** What is wrong with the expressions of a policy, given the kinds that it is about. */
export async function checkTypes(policy: ValidatingAdmissionPolicy, api: ApiClient, signal: AbortSignal): Promise<ExpressionWarning[]> {
  const { paramKind, validations = [], variables = [] } = policy.spec;
  const schemas = kindSchemasOf(api, signal);
  const kinds: CheckedKind[] = [];
  for (const { group, version, kind } of await kindsOf(policy, api, signal)) {
    const declared = await schemas.declared(apiVersionOf({ group, version }), kind);
    if (declared) kinds.push({ label: `${group}/${version}, Kind=${kind}`, declared });
  }
  const params = await paramsOf(paramKind, schemas);
  const environments = kinds.map(({ declared }) => environmentFor(declared, params, paramKind !== undefined, variables));
  const check = (expression: string): string =>
    environments.flatMap((environment, i) => issuesOf(expression, environment, kinds[i] as CheckedKind)).join('\n');
  return validations.flatMap(({ expression, messageExpression }, index) => [
    ...warning(`spec.validations[${index}].expression`, check(expression)),
    ...(messageExpression ? warning(`spec.validations[${index}].messageExpression`, check(messageExpression)) : []),
  ]);
}

function warning(fieldRef: string, text: string): ExpressionWarning[] {
  return text === '' ? [] : [{ fieldRef, warning: text }];
}

function paramsOf(paramKind: ValidatingAdmissionPolicy['spec']['paramKind'], schemas: KindSchemas): Promise<DeclType | undefined> {
  return paramKind ? schemas.declared(paramKind.apiVersion ?? '', paramKind.kind ?? '') : Promise.resolve(undefined);
}

function issuesOf(expression: string, environment: Environment, { label }: CheckedKind): string[] {
  const compiled = compile(expression, environment);
  return compiled instanceof CelIssues ? [`${label}: ${compiled}\n`] : [];
}

/** The environment of a policy's expressions, with types for its objects and variables. */
function environmentFor(object: DeclType, params: DeclType | undefined, hasParams: boolean, variables: readonly Variable[]): Environment {
  const { type, convert } = object;
  const base = admissionEnvironment({ params: hasParams, authorizer: true });
  const typed = base.extend({
    types: typeProviderOf(params ? [object, params] : [object]),
    variables: [
      { name: 'object', type, convert },
      { name: 'oldObject', type, convert },
      ...(params ? [{ name: 'params', type: params.type, convert: params.convert }] : []),
    ],
  });
  return variables.length > 0 ? withVariables(typed, variables) : typed;
}

const VARIABLES = 'kubernetes.variables';

function withVariables(environment: Environment, variables: readonly Variable[]): Environment {
  const types = new Map<string, CelType>();
  const extended = (): Environment =>
    environment.extend({
      types: firstOf(recordType(VARIABLES, new Map(types)), environment.types),
      variables: [{ name: 'variables', type: structType(VARIABLES) }],
    });
  for (const { name, expression } of variables) {
    const compiled = compile(expression, extended());
    types.set(name, compiled instanceof CelIssues ? dynType : compiled.type);
  }
  return extended();
}
