import { type Environment, firstOf } from '../../../machinery/cel/environment.ts';
import { kubernetesEnvironment } from '../../../machinery/cel/kubernetes.ts';
import { authorizerType, resourceCheckType } from '../../../machinery/cel/library/kubernetes/authorizer.ts';
import { jsonPatchLibrary } from '../../../machinery/cel/library/kubernetes/json-patch.ts';
import { admissionRequestType, admissionTypes, namespaceType } from '../../../machinery/cel/schema/admission.ts';
import { recordType } from '../../../machinery/cel/schema/lazy.ts';
import { mutationTypes } from '../../../machinery/cel/schema/mutation.ts';
import type { VariableDeclaration } from '../../../machinery/cel/types/declarations.ts';
import { type CelType, dynType, structType } from '../../../machinery/cel/types/type.ts';

/** What an expression of admission may use besides the request and its objects. */
export interface ExpressionScope {
  /** `params`. */
  readonly params: boolean;
  /** `authorizer` and `authorizer.requestResource`. */
  readonly authorizer: boolean;
  /** `Object{}` and `JSONPatch{}`. */
  readonly mutation?: boolean;
}

/** The types of a policy's variables, in the order in which they are declared. */
export type VariableTypes = ReadonlyMap<string, CelType>;

const VARIABLES = 'kubernetes.variables';
const known = new Map<string, Environment>();

/** The environment of expressions in webhooks and policies; `variables` where the policy has some. */
export function admissionEnvironment(scope: ExpressionScope, variables?: VariableTypes): Environment {
  const key = `${scope.params}/${scope.authorizer}/${scope.mutation ?? false}`;
  const base = known.get(key) ?? declared(scope);
  known.set(key, base);
  if (!variables) return base;
  return base.extend({ types: recordType(VARIABLES, variables), variables: [{ name: 'variables', type: structType(VARIABLES) }] });
}

function declared({ params, authorizer, mutation }: ExpressionScope): Environment {
  const variables: VariableDeclaration[] = [
    { name: 'object', type: dynType },
    { name: 'oldObject', type: dynType },
    { name: 'namespaceObject', type: namespaceType },
    { name: 'request', type: admissionRequestType },
  ];
  if (params) variables.push({ name: 'params', type: dynType });
  if (authorizer)
    variables.push({ name: 'authorizer', type: authorizerType }, { name: 'authorizer.requestResource', type: resourceCheckType });
  if (!mutation) return kubernetesEnvironment.extend({ types: admissionTypes, variables });
  return kubernetesEnvironment.extend({ types: firstOf(mutationTypes, admissionTypes), variables, libraries: [jsonPatchLibrary] });
}
