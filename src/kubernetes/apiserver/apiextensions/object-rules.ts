import type { CustomResourceSubresources } from '../../api/generated/apiextensions-v1.ts';
import { readMetadata } from '../../api/helpers/read-metadata.ts';
import type { FieldError, FieldErrorType } from '../../machinery/field-error.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import type { GroupVersionKind } from '../../machinery/schema/catalog.ts';
import { Correlation } from '../../machinery/structural/correlation.ts';
import { embeddedFaults } from '../../machinery/structural/embedded-resources.ts';
import { type JsonSchema, propertyOf } from '../../machinery/structural/json-schema.ts';
import { listTypeFaults } from '../../machinery/structural/list-types.ts';
import { RuleChecker } from '../../machinery/structural/rules/rule-checker.ts';
import { Ratchet, RuleRun } from '../../machinery/structural/rules/rule-run.ts';
import { SchemaValidator } from '../../machinery/structural/validator.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import { scaleSpecFaults, scaleStatusFaults } from './scale-rules.ts';

type WithStatus = KubeObject & { status?: unknown };

/** After faults like these, validation rules are not asked: they may rely on what the schema promises. */
const BLOCKING: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const NOT_ASKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** How objects of one version of a custom resource are checked. */
export class ObjectRules {
  readonly #kind: GroupVersionKind;
  readonly #schema: JsonSchema | undefined;
  readonly #subresources: CustomResourceSubresources | undefined;
  /** What rules found fault with in objects, and let be: it was so before. */
  readonly #tolerated = new WeakMap<KubeObject, readonly FieldError[]>();
  #whole: SchemaValidator | undefined;
  #status: SchemaValidator | undefined;
  #checker: { readonly rules: RuleChecker | undefined } | undefined;

  constructor(kind: GroupVersionKind, schema: JsonSchema | undefined, subresources: CustomResourceSubresources | undefined) {
    this.#kind = kind;
    this.#schema = schema;
    this.#subresources = subresources;
  }

  /** Faults of a new object, or of an update of all but its status. */
  *faults(next: KubeObject, previous?: KubeObject): Iterable<FieldError> {
    const wrong = [...this.#typeFaults(next)];
    yield* wrong;
    if (wrong.length > 0) return;
    const correlation = this.#correlate(next, previous);
    const found = [...this.#schemaFaults(next, previous, correlation)];
    yield* found;
    yield* this.#ruleFaults(found, next, previous, correlation);
  }

  /** Faults of an update of the status. */
  *statusFaults(next: WithStatus, previous: WithStatus): Iterable<FieldError> {
    const correlation = this.#correlate(next, previous);
    const found = [...this.#statusSchemaFaults(next, correlation), ...this.#newListFaults(next, previous)];
    yield* found;
    yield* this.#ruleFaults(found, next, previous, correlation);
  }

  *#typeFaults({ kind = '', apiVersion = '' }: KubeObject): Iterable<FieldError> {
    const wanted = apiVersionOf(this.#kind);
    if (kind !== this.#kind.kind) yield invalidValue('kind', kind, `must be ${this.#kind.kind}`);
    if (apiVersion !== wanted) yield invalidValue('apiVersion', apiVersion, `must be ${wanted}`);
  }

  *#schemaFaults(next: KubeObject, previous: KubeObject | undefined, correlation: Correlation | undefined): Iterable<FieldError> {
    const schema = this.#schema;
    this.#whole ??= schema && new SchemaValidator(schema);
    if (this.#whole) yield* this.#whole.faults(next, '', correlation);
    yield* scaleSpecFaults(next, this.#subresources?.scale);
    yield* scaleStatusFaults(next, this.#subresources?.scale);
    yield* embeddedFaults(next, schema, readMetadata);
    yield* previous ? this.#newListFaults(next, previous) : listTypeFaults(next, schema);
  }

  *#statusSchemaFaults(next: WithStatus, correlation: Correlation | undefined): Iterable<FieldError> {
    const schema = propertyOf(this.#schema, 'status');
    this.#status ??= schema && new SchemaValidator(schema);
    if (this.#status && next.status !== undefined) yield* this.#status.faults(next.status, 'status', correlation?.key('status'));
    yield* scaleStatusFaults(next, this.#subresources?.scale);
  }

  /** Lists that repeat themselves are forgiven where they did before. */
  #newListFaults(next: KubeObject, previous: KubeObject): readonly FieldError[] {
    const found = [...listTypeFaults(next, this.#schema)];
    return found.length > 0 && [...listTypeFaults(previous, this.#schema)].length > 0 ? [] : found;
  }

  *#ruleFaults(
    found: readonly FieldError[],
    next: KubeObject,
    previous: KubeObject | undefined,
    correlation: Correlation | undefined,
  ): Iterable<FieldError> {
    this.#checker ??= { rules: RuleChecker.of(this.#schema, true) };
    const { rules } = this.#checker;
    if (!rules) return;
    if (found.some(({ type }) => BLOCKING.has(type))) {
      yield invalidValue('<nil>', null, NOT_ASKED);
      return;
    }
    const run = new RuleRun();
    rules.check({ value: next, previous, path: undefined, ratchet: new Ratchet(correlation) }, run);
    if (run.tolerated.length > 0) this.#tolerated.set(next, run.tolerated);
    yield* run.faults;
  }

  /** What is wrong with an object and may stay so, once it was checked. */
  *warnings(next: KubeObject): Iterable<string> {
    for (const { field, message } of this.#tolerated.get(next) ?? []) yield `${field}: ${message}`;
  }

  #correlate(next: KubeObject, previous: KubeObject | undefined): Correlation | undefined {
    return previous && this.#schema && new Correlation(next, previous, this.#schema);
  }
}
