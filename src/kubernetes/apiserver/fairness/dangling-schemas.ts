import { Coalesced } from '../../../base/coalesced.ts';
import { describeError } from '../../../base/errors.ts';
import type { FlowSchema, FlowSchemaCondition } from '../../api/generated/flowcontrol-v1.ts';
import { flowSchemas, priorityLevelConfigurations } from '../../api/resources.ts';
import { formatTime } from '../../machinery/meta.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ServerCore, StartHook } from '../extensions.ts';

/** Says in the status of each flow schema whether the priority level it names exists. */
export function danglingSchemasHook(owned: DisposableStack): StartHook {
  return {
    name: 'priority-and-fairness-config-consumer',
    async run(core) {
      if (!core.store.serves(flowSchemas)) return;
      const { store, clock, log } = core;
      const work = owned.use(
        new Coalesced({
          clock,
          task: () => markAll(core),
          onError: (error) => log.warn({ error: describeError(error) }, 'status of flow schemas not written'),
        }),
      );
      owned.use(store.onChange(flowSchemas, () => work.request()));
      owned.use(store.onChange(priorityLevelConfigurations, () => work.request()));
      await markAll(core);
    },
  };
}

async function markAll({ store, clock }: ServerCore): Promise<void> {
  const wrong = store.list(flowSchemas).flatMap((schema) => {
    const level = schema.spec.priorityLevelConfiguration.name;
    const wanted = danglingCondition(level, store.get(priorityLevelConfigurations, '', level) !== undefined);
    return isSaid(schema, wanted) ? [] : [{ name: schema.metadata.name ?? '', wanted }];
  });
  await Promise.all(
    wrong.map(async ({ name, wanted }) => {
      const condition = { ...wanted, lastTransitionTime: formatTime(clock.now()) };
      const say = (schema: FlowSchema): FlowSchema => {
        const others = (schema.status?.conditions ?? []).filter(({ type }) => type !== wanted.type);
        return { ...schema, status: { ...schema.status, conditions: [...others, condition] } };
      };
      try {
        await store.changeStatus(flowSchemas, '', name, say);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }),
  );
}

function danglingCondition(level: string, exists: boolean): FlowSchemaCondition {
  const about = `This FlowSchema references the PriorityLevelConfiguration object named "${level}"`;
  return exists
    ? { type: 'Dangling', status: 'False', reason: 'Found', message: `${about} and it exists` }
    : { type: 'Dangling', status: 'True', reason: 'NotFound', message: `${about} but there is no such object` };
}

function isSaid({ status }: FlowSchema, wanted: FlowSchemaCondition): boolean {
  const said = status?.conditions?.find(({ type }) => type === wanted.type);
  return said?.status === wanted.status && said?.reason === wanted.reason && said?.message === wanted.message;
}
