import { type CompiledExpression, compile } from '../../../machinery/cel/compile.ts';
import { estimateKubernetesCost } from '../../../machinery/cel/kubernetes.ts';
import { CelIssues } from '../../../machinery/cel/syntax/issues.ts';
import { formatType } from '../../../machinery/cel/types/type.ts';
import { deviceEnvironment, sizeOfDevicePart } from './environment.ts';

/** Why a selector cannot be used. */
export class SelectorFault {
  readonly detail: string;
  /** The text is right, but what it says cannot be. */
  readonly internal: boolean;

  constructor(detail: string, internal = false) {
    this.detail = detail;
    this.internal = internal;
  }
}

export interface CompiledSelector {
  readonly expression: CompiledExpression;
  /** What it costs at worst. */
  readonly maxCost: bigint;
}

/** A selector of devices ready to be evaluated, or why it is none. */
export function compileSelector(source: string): CompiledSelector | SelectorFault {
  const compiled = compile(source, deviceEnvironment);
  if (compiled instanceof CelIssues) {
    return compiled.phase === 'instantiation'
      ? new SelectorFault(`program instantiation failed: ${compiled}`, true)
      : new SelectorFault(`compilation failed: ${compiled}`);
  }
  const { kind } = compiled.type;
  if (kind !== 'bool' && kind !== 'any')
    return new SelectorFault(`must evaluate to bool or the unknown type, not ${formatType(compiled.type)}`);
  return { expression: compiled, maxCost: estimateKubernetesCost(compiled, sizeOfDevicePart).max };
}
