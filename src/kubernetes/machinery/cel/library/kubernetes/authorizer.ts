import { isDns1123Label, isDns1123Subdomain } from '../../../validation/names.ts';
import { PendingValue } from '../../evaluate/pending.ts';
import { defineFunction, type FunctionDeclaration, type Library, method } from '../../types/declarations.ts';
import { boolType, type CelType, stringType, structType } from '../../types/type.ts';
import { CelError } from '../../values/errors.ts';
import { CelObject, type CelValue } from '../../values/value.ts';

export const authorizerType = structType('kubernetes.authorization.Authorizer');
export const pathCheckType = structType('kubernetes.authorization.PathCheck');
export const groupCheckType = structType('kubernetes.authorization.GroupCheck');
export const resourceCheckType = structType('kubernetes.authorization.ResourceCheck');
export const decisionType = structType('kubernetes.authorization.Decision');

/** What an expression asks whether it is allowed. */
export type AccessQuestion = { readonly verb: string; readonly path: string } | ({ readonly verb: string } & ResourceQuestion);

export interface ResourceQuestion {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Selectors as written; one that cannot be parsed is left out of the question. */
  readonly fieldSelector: string;
  readonly labelSelector: string;
}

export interface AccessAnswer {
  readonly allowed: boolean;
  readonly reason?: string;
  /** Why there was no answer. */
  readonly error?: string;
}

/** Who answers: implemented by the API server for the user of a request. */
export interface AccessChecker {
  /** A promise is waited for only by {@link evaluateAsync}. */
  check(question: AccessQuestion): AccessAnswer | Promise<AccessAnswer>;
  /** The checker for a service account instead of the user. */
  forServiceAccount(namespace: string, name: string): AccessChecker;
}

/** The variable `authorizer`. */
export class AuthorizerValue extends CelObject {
  override readonly type = authorizerType;
  readonly checker: AccessChecker;
  /** Questions that were asked: an expression asks the same thing only once. */
  readonly #answers = new Map<string, AccessAnswer>();

  constructor(checker: AccessChecker) {
    super();
    this.checker = checker;
  }

  ask(question: AccessQuestion): DecisionValue {
    const key = JSON.stringify(question);
    const known = this.#answers.get(key);
    if (known) return new DecisionValue(known);
    const answer = this.checker.check(question);
    if (!(answer instanceof Promise)) return this.#keep(key, answer);
    throw new PendingValue(answer.then((settled) => this.#keep(key, settled)));
  }

  #keep(key: string, answer: AccessAnswer): DecisionValue {
    this.#answers.set(key, answer);
    return new DecisionValue(answer);
  }

  readonly #accounts = new Map<string, AuthorizerValue>();

  serviceAccount(namespace: string, name: string): AuthorizerValue {
    const key = `${namespace}/${name}`;
    const known = this.#accounts.get(key) ?? new AuthorizerValue(this.checker.forServiceAccount(namespace, name));
    this.#accounts.set(key, known);
    return known;
  }
}

class PathCheckValue extends CelObject {
  override readonly type = pathCheckType;
  readonly authorizer: AuthorizerValue;
  readonly path: string;

  constructor(authorizer: AuthorizerValue, path: string) {
    super();
    this.authorizer = authorizer;
    this.path = path;
  }
}

class GroupCheckValue extends CelObject {
  override readonly type = groupCheckType;
  readonly authorizer: AuthorizerValue;
  readonly group: string;

  constructor(authorizer: AuthorizerValue, group: string) {
    super();
    this.authorizer = authorizer;
    this.group = group;
  }
}

/** Also the variable `authorizer.requestResource`. */
export class ResourceCheckValue extends CelObject {
  override readonly type = resourceCheckType;
  readonly authorizer: AuthorizerValue;
  readonly question: ResourceQuestion;

  constructor(authorizer: AuthorizerValue, question: ResourceQuestion) {
    super();
    this.authorizer = authorizer;
    this.question = question;
  }

  with(change: Partial<ResourceQuestion>): ResourceCheckValue {
    return new ResourceCheckValue(this.authorizer, { ...this.question, ...change });
  }
}

class DecisionValue extends CelObject {
  override readonly type = decisionType;
  readonly answer: AccessAnswer;

  constructor(answer: AccessAnswer) {
    super();
    this.answer = answer;
  }
}

function notBlank(text: string, what: string): string {
  if (text.trim() === '') throw new CelError(`${what} must not be empty`);
  return text;
}

function serviceAccount(authorizer: AuthorizerValue, namespace: string, name: string): AuthorizerValue {
  if (isDns1123Subdomain(name).length) throw new CelError('Invalid service account name');
  if (isDns1123Label(namespace).length) throw new CelError('Invalid service account namespace');
  return authorizer.serviceAccount(namespace, name);
}

function resourceOf({ authorizer, group }: GroupCheckValue, resource: string): ResourceCheckValue {
  const question = {
    group,
    resource: notBlank(resource, 'resource'),
    subresource: '',
    namespace: '',
    name: '',
    fieldSelector: '',
    labelSelector: '',
  };
  return new ResourceCheckValue(authorizer, question);
}

const narrowed = (name: string, id: string, field: keyof ResourceQuestion): FunctionDeclaration =>
  defineFunction(
    name,
    method(id, [resourceCheckType, stringType], resourceCheckType, (check: ResourceCheckValue, text: string) =>
      check.with({ [field]: text }),
    ),
  );

const answered = (name: string, id: string, type: CelType, read: (answer: AccessAnswer) => CelValue): FunctionDeclaration =>
  defineFunction(
    name,
    method(id, [decisionType], type, ({ answer }: DecisionValue) => read(answer)),
  );

/** `authorizer.group('apps').resource('deployments').check('create').allowed()` */
export const authorizerLibrary: Library = {
  name: 'kubernetes.authz',
  functions: [
    defineFunction(
      'path',
      method(
        'authorizer_path',
        [authorizerType, stringType],
        pathCheckType,
        (authorizer: AuthorizerValue, path: string) => new PathCheckValue(authorizer, notBlank(path, 'path')),
      ),
    ),
    defineFunction(
      'group',
      method(
        'authorizer_group',
        [authorizerType, stringType],
        groupCheckType,
        (authorizer: AuthorizerValue, group: string) => new GroupCheckValue(authorizer, group),
      ),
    ),
    defineFunction(
      'serviceAccount',
      method('authorizer_serviceaccount', [authorizerType, stringType, stringType], authorizerType, serviceAccount),
    ),
    defineFunction('resource', method('groupcheck_resource', [groupCheckType, stringType], resourceCheckType, resourceOf)),
    narrowed('subresource', 'resourcecheck_subresource', 'subresource'),
    narrowed('namespace', 'resourcecheck_namespace', 'namespace'),
    narrowed('name', 'resourcecheck_name', 'name'),
    narrowed('fieldSelector', 'authorizer_fieldselector', 'fieldSelector'),
    narrowed('labelSelector', 'authorizer_labelselector', 'labelSelector'),
    defineFunction(
      'check',
      method('pathcheck_check', [pathCheckType, stringType], decisionType, ({ authorizer, path }: PathCheckValue, verb: string) =>
        authorizer.ask({ verb, path }),
      ),
      method(
        'resourcecheck_check',
        [resourceCheckType, stringType],
        decisionType,
        ({ authorizer, question }: ResourceCheckValue, verb: string) => authorizer.ask({ verb, ...question }),
      ),
    ),
    answered('allowed', 'decision_allowed', boolType, ({ allowed }) => allowed),
    answered('reason', 'decision_reason', stringType, ({ reason }) => reason ?? ''),
    answered('errored', 'decision_errored', boolType, ({ error }) => error !== undefined),
    answered('error', 'decision_error', stringType, ({ error }) => error ?? ''),
  ],
};
