import { isDeepStrictEqual } from 'node:util';
import { describeError } from '../../../base/errors.ts';
import type { FlowSchema, PriorityLevelConfiguration } from '../../api/generated/flowcontrol-v1.ts';
import { flowSchemas, priorityLevelConfigurations } from '../../api/resources.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ServerCore, StartHook } from '../extensions.ts';
import type { ObjectStore } from '../registry.ts';
import { createMissing } from './create-missing.ts';
import { AUTO_UPDATE, BOOTSTRAP_LEVELS, BOOTSTRAP_SCHEMAS, isMandatory } from './flow-control-objects.ts';

const AGAIN_MS = 60_000;

/** Creates the priority levels and flow schemas every cluster has, and looks after them every minute from then on. */
export const flowControlHook: StartHook = {
  name: 'priority-and-fairness-config-producer',
  async run(core) {
    await ensureAll(core.store);
    ensureLater(core);
  },
};

function ensureLater(core: ServerCore): void {
  const { clock, signal, store, log } = core;
  const timer = clock.after(AGAIN_MS, () => {
    signal.removeEventListener('abort', stop);
    ensureAll(store)
      .catch((error: unknown) => log.warn({ error: describeError(error) }, 'objects of priority and fairness were not put right'))
      .finally(() => {
        if (!signal.aborted) ensureLater(core);
      });
  });
  const stop = () => timer[Symbol.dispose]();
  signal.addEventListener('abort', stop, { once: true });
}

async function ensureAll(store: ObjectStore): Promise<void> {
  await createMissing(store, priorityLevelConfigurations, BOOTSTRAP_LEVELS, mended<PriorityLevelConfiguration>);
  await createMissing(store, flowSchemas, BOOTSTRAP_SCHEMAS, mended<FlowSchema>);
  await removeOld<FlowSchema>(store, flowSchemas, BOOTSTRAP_SCHEMAS);
  await removeOld<PriorityLevelConfiguration>(store, priorityLevelConfigurations, BOOTSTRAP_LEVELS);
}

/** What an object should be instead: mandatory ones always as they were; of others what the annotation says. */
function mended<T extends FlowSchema | PriorityLevelConfiguration>(existing: T, wanted: T): T | undefined {
  const said = booleanOf(existing.metadata.annotations?.[AUTO_UPDATE]);
  // Who says nothing and has changed nothing leaves it to us.
  const ours = isMandatory(wanted) || (said ?? existing.metadata.generation === 1);
  const spec = ours ? wanted.spec : existing.spec;
  if (said === ours && isDeepStrictEqual(spec, existing.spec)) return undefined;
  const annotations = { ...existing.metadata.annotations, [AUTO_UPDATE]: String(ours) };
  return { ...existing, metadata: { ...existing.metadata, annotations }, spec };
}

/** Objects that earlier releases had, and that nobody has made their own. */
async function removeOld<T extends FlowSchema | PriorityLevelConfiguration>(
  store: ObjectStore,
  resource: ResourceType<T>,
  wanted: readonly T[],
): Promise<void> {
  if (!store.serves(resource)) return;
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  const old = store
    .list(resource)
    .filter(({ metadata }) => !names.has(metadata.name) && booleanOf(metadata.annotations?.[AUTO_UPDATE]) === true);
  for (const { metadata } of old) {
    try {
      await store.delete(resource, '', metadata.name ?? '');
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** As Go reads booleans; undefined for anything else. */
function booleanOf(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined;
}
