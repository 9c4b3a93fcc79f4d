import { expect, test } from 'vitest';
import type { ProvisionStep } from '../../ipc/cluster.ts';
import { runSteps, type Step, StepFailed } from './step.ts';

function record() {
  const told: string[] = [];
  const onStep = ({ step, state, detail }: ProvisionStep) => told.push([step, state, detail].filter(Boolean).join(' '));
  return { told, run: (signal = new AbortController().signal) => ({ cluster: 'dev', operation: 'create' as const, signal, onStep }) };
}

const step = (name: string, run: Step<undefined>['run'] = async () => {}): Step<undefined> => ({ name, title: name, run });

test('steps run in order and all are told as pending first', async () => {
  const { told, run } = record();
  await runSteps([step('one', async (_, progress) => progress('half')), step('two')], undefined, run());
  expect(told).toEqual(['one pending', 'two pending', 'one running', 'one running half', 'one done', 'two running', 'two done']);
});

test('a failing step ends the run with its name and cause', async () => {
  const { told, run } = record();
  const failing = step('two', () => Promise.reject(new Error('no such network')));
  const error = await runSteps([step('one'), failing, step('three')], undefined, run()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StepFailed);
  expect(error).toMatchObject({ message: 'two failed: no such network', step: { step: 'two', state: 'failed' } });
  expect(told).not.toContain('three running');
});

test('a cancelled run throws the reason, not the failure it caused', async () => {
  const { run } = record();
  const cancel = new AbortController();
  const cancelled = step('one', async () => {
    cancel.abort(new Error('Cancelled.'));
    throw new Error('socket hang up');
  });
  await expect(runSteps([cancelled], undefined, run(cancel.signal))).rejects.toThrow('Cancelled.');
});
