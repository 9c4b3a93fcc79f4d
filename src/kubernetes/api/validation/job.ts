import type { FieldError } from '../../machinery/field-error.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { invalidValue, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label } from '../../machinery/validation/names.ts';
import type { Job, JobSpec } from '../generated/batch-v1.ts';
import { jobSpecRules } from './job-spec.ts';
import { jobUpdateRules } from './job-update.ts';
import { isSelector, labelSelectorRules } from './label-selector.ts';
import { selectsTemplateRules, shownSelector, sortedLabels } from './workload.ts';

const PREFIX = 'batch.kubernetes.io/';

/** Faults of a job. */
export function* jobRules(next: Job, previous?: Job): Iterable<FieldError> {
  const spec = next.spec ?? ({} as JobSpec);
  yield* generatedSelectorRules(next, spec);
  yield* wholeSpecRules(spec);
  yield* podNameRules(next, spec);
  if (!previous) return;
  // Upstream checks the spec of an updated job once more.
  yield* wholeSpecRules(spec);
  yield* jobUpdateRules(next, previous);
}

/** A job's spec and, unlike in a template of jobs, its selector. */
function* wholeSpecRules(spec: JobSpec): Iterable<FieldError> {
  yield* jobSpecRules(spec, 'spec');
  if (!spec.selector) yield required('spec.selector');
  else yield* labelSelectorRules(spec.selector, 'spec.selector');
  if (isSelector(spec.selector)) yield* selectsTemplateRules(spec.selector, spec.template, 'spec.template');
}

/** Labels and selector that the server made must be as it made them. */
function* generatedSelectorRules({ metadata }: Job, { manualSelector, selector, template }: JobSpec): Iterable<FieldError> {
  if (manualSelector || !selector) return;
  const { uid = '', name = '' } = metadata;
  if (!uid) yield required('metadata.uid');
  const labels = template?.metadata?.labels ?? {};
  const expected: [string, string][] = [
    ['controller-uid', uid],
    ['job-name', name],
    [`${PREFIX}controller-uid`, uid],
    [`${PREFIX}job-name`, name],
  ];
  for (const [key, value] of expected) {
    const path = `spec.template.metadata.labels[${key}]`;
    if (!Object.hasOwn(labels, key)) yield required(path, `must be '${value}'`);
    else if (labels[key] !== value) yield invalidValue(path, sortedLabels(labels), `must be '${value}'`);
  }
  if (isSelector(selector) && !selectorFrom(selector).matches(Object.fromEntries(expected))) {
    yield invalidValue('spec.selector', shownSelector(selector), '`selector` not auto-generated');
  }
}

/** The pods of an indexed job are named after it and their index. */
function* podNameRules({ metadata: { name = '' } }: Job, { completionMode, completions = 0 }: JobSpec): Iterable<FieldError> {
  if (completionMode !== 'Indexed' || completions <= 0) return;
  const longest = `${name}-${completions - 1}`;
  if (isDns1123Label(longest).length)
    yield invalidValue('metadata.name', name, `will not able to create pod with invalid DNS label: ${longest}`);
}
