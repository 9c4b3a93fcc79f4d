import { CompiledExpression, compile } from '../../../src/kubernetes/machinery/cel/compile.ts';
import type { Environment } from '../../../src/kubernetes/machinery/cel/environment.ts';
import { kubernetesEnvironment } from '../../../src/kubernetes/machinery/cel/kubernetes.ts';
import { CelError } from '../../../src/kubernetes/machinery/cel/values/errors.ts';
import { CelDouble, CelList, CelMap, CelOptional, CelUint, type CelValue } from '../../../src/kubernetes/machinery/cel/values/value.ts';

/** What an expression gives, as plain data; an error or what does not compile as its text. */
export function evaluate(
  source: string,
  bindings: Record<string, unknown> = {},
  environment: Environment = kubernetesEnvironment,
): unknown {
  const compiled = compile(source, environment);
  if (!(compiled instanceof CompiledExpression)) return compiled.toString();
  const { value } = compiled.evaluate(bindings);
  return value instanceof CelError ? `error: ${value.message}` : plain(value);
}

export function plain(value: CelValue): unknown {
  if (value instanceof CelList) return [...value].map(plain);
  if (value instanceof CelMap)
    return Object.fromEntries([...value.keys()].map((key) => [String(plain(key)), plain(value.get(key) ?? null)]));
  if (value instanceof CelOptional) return value.value === undefined ? 'none' : { some: plain(value.value) };
  if (value instanceof CelDouble || value instanceof CelUint) return value.value;
  return typeof value === 'object' && value !== null ? String(value) : value;
}
