import type { KubeObject } from '../../machinery/meta.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';
import { STANDARD_FINALIZERS } from '../../machinery/validation/object-meta.ts';

const PREFER = 'prefer a domain-qualified finalizer name';
const AVOID = 'to avoid accidental conflicts with other finalizer writers';

/** What to say about finalizers that an object did not have before. */
export function* finalizerWarnings(next: KubeObject, previous?: KubeObject): Iterable<string> {
  const before = new Set(previous?.metadata.finalizers);
  const added = new Set((next.metadata.finalizers ?? []).filter((finalizer) => !before.has(finalizer)));
  for (const finalizer of [...added].sort()) {
    const subject = `metadata.finalizers: ${JSON.stringify(finalizer)}`;
    for (const complaint of isQualifiedName(finalizer)) yield `${subject}: ${complaint}`;
    if (finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)) continue;
    yield `${subject}: ${PREFER}${finalizer.includes('.') ? ' including a path (/)' : ''} ${AVOID}`;
  }
}
