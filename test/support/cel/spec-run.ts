/** Runs the specification's cases. What comes back is what is wrong, or undefined. */

import { compile, compileUnchecked } from '../../../src/kubernetes/machinery/cel/compile.ts';
import { Environment, type EnvironmentOptions } from '../../../src/kubernetes/machinery/cel/environment.ts';
import { bindingLibrary } from '../../../src/kubernetes/machinery/cel/library/bindings.ts';
import { comprehensionLibrary } from '../../../src/kubernetes/machinery/cel/library/comprehension-macros.ts';
import { encodersLibrary } from '../../../src/kubernetes/machinery/cel/library/encoders.ts';
import { mathLibrary } from '../../../src/kubernetes/machinery/cel/library/math.ts';
import { optionalLibrary } from '../../../src/kubernetes/machinery/cel/library/optionals.ts';
import { setsLibrary } from '../../../src/kubernetes/machinery/cel/library/sets.ts';
import { standardLibrary } from '../../../src/kubernetes/machinery/cel/library/standard/standard.ts';
import { latestStringsLibrary } from '../../../src/kubernetes/machinery/cel/library/strings.ts';
import { CelIssues } from '../../../src/kubernetes/machinery/cel/syntax/issues.ts';
import type { Checked } from '../../../src/kubernetes/machinery/cel/types/checker.ts';
import { formatType } from '../../../src/kubernetes/machinery/cel/types/type.ts';
import { equal, numeric } from '../../../src/kubernetes/machinery/cel/values/equal.ts';
import { CelError } from '../../../src/kubernetes/machinery/cel/values/errors.ts';
import { typeOf as typeOfValue } from '../../../src/kubernetes/machinery/cel/values/type-of.ts';
import type { CelValue } from '../../../src/kubernetes/machinery/cel/values/value.ts';
import { blockLibrary } from './block-macros.ts';
import type { Adorn } from './debug-string.ts';
import { celValueOf, functionsOf, type SpecCase, typeOf, variablesOf } from './spec-types.ts';
import { testMessages } from './test-protos.ts';

export function environmentOf(spec: SpecCase, options: EnvironmentOptions): Environment {
  const { libraries = [] } = options;
  return new Environment({
    types: testMessages,
    container: spec.container,
    ...options,
    libraries: [...libraries, { name: 'case', functions: functionsOf(spec), variables: variablesOf(spec) }],
  });
}

const everything: EnvironmentOptions = {
  libraries: [
    standardLibrary,
    optionalLibrary,
    latestStringsLibrary,
    mathLibrary,
    setsLibrary,
    encodersLibrary,
    bindingLibrary,
    comprehensionLibrary,
    blockLibrary,
  ],
  crossTypeComparisons: true,
  optionalSyntax: true,
  quotedFields: true,
  repeatedKeys: 'error',
};

/** Runs one case of the conformance suite. */
export function faultOf(spec: SpecCase): string | undefined {
  const environment = environmentOf(spec, everything);
  const compiled = (spec.disableCheck ? compileUnchecked : compile)(spec.expr, environment);
  // An error that the evaluation must give may as well be found earlier.
  if (compiled instanceof CelIssues) return spec.evalError ? undefined : compiled.toString();
  const type = spec.typedResult?.deducedType;
  if (type && formatType(compiled.type) !== formatType(typeOf(type)))
    return `type ${formatType(compiled.type)}, not ${formatType(typeOf(type))}`;
  if (spec.checkOnly) return undefined;
  const bindings = Object.fromEntries(Object.entries(spec.bindings ?? {}).map(([name, { value }]) => [name, celValueOf(value!)]));
  return faultOfValue(spec, compiled.evaluate(bindings).value);
}

function faultOfValue(spec: SpecCase, value: CelValue | CelError): string | undefined {
  if (spec.evalError) return value instanceof CelError ? undefined : 'no error';
  if (value instanceof CelError) return value.message;
  const wanted = celValueOf(spec.value ?? spec.typedResult?.result ?? { boolValue: true });
  if (Number.isNaN(numeric(value)) && Number.isNaN(numeric(wanted))) return undefined;
  if (typeOfValue(value).name !== typeOfValue(wanted).name) return `${typeOfValue(value).name}, not ${typeOfValue(wanted).name}`;
  return equal(value, wanted) ? undefined : `${String(value)}, not ${String(wanted)}`;
}

/** Types and references behind each node, as cel-go shows them. */
export function adornChecked({ types, references }: Checked): Adorn {
  const adorn = ({ id }: { readonly id: number }): string => {
    const [type, reference] = [types[id], references[id]];
    const shown =
      reference &&
      (reference.kind === 'variable'
        ? reference.variable.name
        : reference.overloads
            .map((overload) => overload.id)
            .sort()
            .join('|'));
    return `${type ? `~${formatType(type)}` : ''}${shown === undefined ? '' : `^${shown}`}`;
  };
  const nameOf: Adorn['nameOf'] = (node) => {
    const reference = references[node.id];
    if (!reference) return undefined;
    if (reference.kind === 'variable') return reference.variable.name;
    return reference.namespaced || (node.kind === 'call' && !node.target) ? reference.function.name : undefined;
  };
  return Object.assign(adorn, { nameOf });
}

const MESSAGES =
  /TestAllTypes|TestRequired|NestedEnum|GlobalEnum|enumValue|objectValue":\{"@type":"type.googleapis.com\/(?!google.protobuf.(Duration|Timestamp))|google\.protobuf\.(?!Timestamp\b|Duration\b)|\b(Any|Struct|ListValue|Value|NullValue|\w+Value|Timestamp|Duration)\s?\{|"messageType":"(?!google.protobuf.(Duration|Timestamp))|proto\.(has|get)Ext/;

/** Why a case is left out; undefined for one that must pass. */
export function unsupported({ path, ast, checkedAst, error, container, ...rest }: SpecCase): string | undefined {
  if (MESSAGES.test(JSON.stringify(rest))) return 'protobuf messages as values: Kubernetes has none, its objects are JSON';
  if (path.endsWith('duration_converters/get_milliseconds'))
    return 'whole milliseconds as cel-go and so Kubernetes have them, not those beyond the seconds';
  return undefined;
}
