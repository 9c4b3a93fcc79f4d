/** Evaluations a second of typical rules: `node test/bench/cel.ts`. */

import { CompiledExpression, compile } from '../../src/kubernetes/machinery/cel/compile.ts';
import { costLimits } from '../../src/kubernetes/machinery/cel/cost/units.ts';
import { kubernetesEnvironment } from '../../src/kubernetes/machinery/cel/kubernetes.ts';
import { typeProviderOf } from '../../src/kubernetes/machinery/cel/schema/decl-type.ts';
import { declTypeOf } from '../../src/kubernetes/machinery/cel/schema/from-schema.ts';
import type { JsonSchema } from '../../src/kubernetes/machinery/cel/schema/json-schema.ts';

const schema: JsonSchema = {
  type: 'object',
  properties: {
    replicas: { type: 'integer' },
    maxReplicas: { type: 'integer' },
    memory: { type: 'string' },
    list: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
  },
};
const self = { replicas: 3, maxReplicas: 5, memory: '64Mi', list: Array.from({ length: 10 }, (_, i) => ({ name: `a${i}` })) };

const RULES = [
  'self.replicas <= self.maxReplicas',
  "self.list.all(x, x.name.startsWith('a'))",
  "quantity(self.memory).isLessThan(quantity('1Gi'))",
  "has(self.memory) && self.memory.matches('^[0-9]+(Ki|Mi|Gi)$')",
  "self.list.map(x, x.name).filter(n, n != 'a3').size() == 9",
];

const declared = declTypeOf(schema, 'selfType')!;
const environment = kubernetesEnvironment.extend({
  types: typeProviderOf([declared]),
  variables: [{ name: 'self', type: declared.type, convert: declared.convert }],
});

function rate(run: () => void): number {
  const until = performance.now() + 1000;
  let count = 0;
  while (performance.now() < until) {
    for (let i = 0; i < 1000; i++) run();
    count += 1000;
  }
  return count / ((performance.now() - until + 1000) / 1000);
}

for (const rule of RULES) {
  const compiled = compile(rule, environment);
  if (!(compiled instanceof CompiledExpression)) throw new Error(compiled.toString());
  const { value, cost } = compiled.evaluate({ self });
  const evaluate = (): void => void compiled.evaluate({ self }, { costLimit: costLimits.perCall });
  rate(evaluate);
  const evaluations = rate(evaluate);
  const compilations = rate(() => void compile(rule, environment));
  console.log(
    `${Math.round(evaluations).toLocaleString('en')} evaluations/s, ${Math.round(compilations).toLocaleString('en')} compilations/s, cost ${cost}, ${String(value)}: ${rule}`,
  );
}
