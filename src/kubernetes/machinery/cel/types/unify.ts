import { type CelType, dynType, isDynamic, sameType, CelType as Type } from './type.ts';

/** What type parameters stand for. Never changed in place: a failed match leaves the substitution as it was. */
export type Substitution = ReadonlyMap<string, CelType>;

/** The substitution under which a value of type `from` fits where `to` is wanted, or undefined. */
export function assignable(substitution: Substitution, to: CelType, from: CelType): Substitution | undefined {
  const trial = new Map(substitution);
  return fits(trial, to, from) ? trial : undefined;
}

/** Like {@link assignable}, for a list of arguments. */
export function allAssignable(substitution: Substitution, to: readonly CelType[], from: readonly CelType[]): Substitution | undefined {
  const trial = new Map(substitution);
  return allFit(trial, to, from) ? trial : undefined;
}

type Trial = Map<string, CelType>;

function allFit(trial: Trial, to: readonly CelType[], from: readonly CelType[]): boolean {
  return to.length === from.length && to.every((type, i) => fits(trial, type, from[i]!));
}

function fits(trial: Trial, to: CelType, from: CelType): boolean {
  if (from.kind === 'parameter') {
    if (standsFor(trial, from, to)) return true;
    if (trial.has(from.name)) return false;
  }
  if (to.kind === 'parameter') return standsFor(trial, to, from);
  if (isDynamic(to) || isDynamic(from)) return true;
  if (to.kind === 'null') return acceptsNull(from);
  if (from.kind === 'null') return acceptsNull(to);
  return fitsConcrete(trial, to, from);
}

function fitsConcrete(trial: Trial, to: CelType, from: CelType): boolean {
  if (to.kind !== from.kind) return false;
  switch (to.kind) {
    case 'type':
      return true;
    case 'list':
    case 'map':
      return allFit(trial, to.parameters, from.parameters);
    case 'opaque':
      return to.name === from.name && allFit(trial, to.parameters, from.parameters);
    default:
      return to.name === from.name;
  }
}

/** Whether a parameter may stand for a type. What it stood for already may become more general by it. */
function standsFor(trial: Trial, parameter: CelType, type: CelType): boolean {
  if (sameType(parameter, type)) return true;
  const bound = trial.get(parameter.name);
  if (!bound) {
    if (occursIn(trial, parameter, type)) return false;
    trial.set(parameter.name, type);
    return true;
  }
  if (sameType(bound, type)) return true;
  if (!fits(trial, type, bound)) return false;
  const wider = moreGeneral(type, bound);
  if (!occursIn(trial, parameter, wider)) trial.set(parameter.name, wider);
  return true;
}

function occursIn(trial: Trial, parameter: CelType, type: CelType): boolean {
  if (sameType(parameter, type)) return true;
  const bound = type.kind === 'parameter' ? trial.get(type.name) : undefined;
  if (bound) return occursIn(trial, parameter, bound);
  return type.parameters.some((inner) => occursIn(trial, parameter, inner));
}

function acceptsNull(type: CelType): boolean {
  return type.nullable || ['null', 'opaque', 'struct', 'timestamp', 'duration'].includes(type.kind);
}

/** True when `a` is as general as `b`, or more. */
function isAsGeneral(a: CelType, b: CelType): boolean {
  if (isLoose(a)) return true;
  if (isLoose(b)) return false;
  if (a.kind === 'null') return acceptsNull(b) && b.kind !== 'null' ? false : a.kind === b.kind;
  if (a.kind !== b.kind) return b.kind === 'null' && acceptsNull(a);
  if (a.nullable !== b.nullable) return a.nullable;
  if (a.kind === 'type') return true;
  return a.name === b.name && a.parameters.length === b.parameters.length && a.parameters.every((p, i) => isAsGeneral(p, b.parameters[i]!));
}

const isLoose = (type: CelType): boolean => isDynamic(type) || type.kind === 'parameter';

/** The more general of two types that were found to fit. */
export function moreGeneral(a: CelType, b: CelType): CelType {
  return isAsGeneral(a, b) ? a : b;
}

/** Replaces parameters by what they stand for; with `freeAreDynamic`, unbound ones become `dyn`. */
export function substitute(substitution: Substitution, type: CelType, freeAreDynamic: boolean): CelType {
  if (type.kind === 'parameter') {
    const bound = substitution.get(type.name);
    if (bound) return substitute(substitution, bound, freeAreDynamic);
    return freeAreDynamic ? dynType : type;
  }
  if (type.parameters.length === 0) return type;
  const parameters = type.parameters.map((parameter) => substitute(substitution, parameter, freeAreDynamic));
  return parameters.every((parameter, i) => parameter === type.parameters[i])
    ? type
    : new Type(type.kind, type.name, parameters, type.nullable);
}
