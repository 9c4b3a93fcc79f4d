import type { Fragment } from './fragment.ts';
import { type NodeFacts, type SetName, staticRules, TABLE } from './static-rules.ts';

/** Something several services may want under one name; the first who wanted it decides what it is. */
class Wanted<V> {
  readonly #wishes = new Map<string, Map<string, V>>();
  /** What each name touched since the last commit was then; undefined: was not there. */
  #before = new Map<string, V | undefined>();

  want(name: string, owner: string, value: V): void {
    this.#touch(name);
    const wishes = this.#wishes.get(name) ?? new Map<string, V>();
    wishes.set(owner, value);
    this.#wishes.set(name, wishes);
  }

  release(name: string, owner: string): void {
    this.#touch(name);
    const wishes = this.#wishes.get(name);
    wishes?.delete(owner);
    if (wishes?.size === 0) this.#wishes.delete(name);
  }

  get(name: string): V | undefined {
    return this.#wishes.get(name)?.values().next().value;
  }

  *all(): Iterable<[string, V]> {
    for (const name of this.#wishes.keys()) yield [name, this.get(name) as V];
  }

  /** Names whose value is another one than at the last commit. */
  changes(same: (a: V, b: V) => boolean): { name: string; before: V | undefined; now: V | undefined }[] {
    const changed = [];
    for (const [name, before] of this.#before) {
      const now = this.get(name);
      const unchanged = before === undefined || now === undefined ? before === now : same(before, now);
      if (!unchanged) changed.push({ name, before, now });
    }
    return changed;
  }

  commit(): void {
    this.#before = new Map();
  }

  #touch(name: string): void {
    if (!this.#before.has(name)) this.#before.set(name, this.get(name));
  }
}

const sameRules = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((rule, index) => rule === b[index]);
const sameText = (a: string, b: string) => a === b;

/** Elements in one command; longer lists only make error messages unreadable. */
const PER_COMMAND = 1000;

/** A table can draw among so many endpoints at least. */
const LEAST_DRAWS = 16;

/** The wanted contents of the table, and the commands that lead there from what was committed last. */
export class Ruleset {
  readonly #facts: NodeFacts;
  readonly #fragments = new Map<string, Fragment>();
  readonly #elements = new Map<SetName, Wanted<string>>();
  readonly #chains = new Wanted<readonly string[]>();
  readonly #dynamicSets = new Wanted<string>();
  /** Up to how many endpoints the table in the kernel can draw among. */
  #draws = 0;

  constructor(facts: NodeFacts) {
    this.#facts = facts;
  }

  /** Replaces what `owner` wants; undefined or an empty fragment wants nothing. */
  put(owner: string, fragment: Fragment | undefined): void {
    const before = this.#fragments.get(owner);
    if (before) this.#release(owner, before);
    if (fragment) this.#want(owner, fragment);
  }

  /** Commands for what changed since the last commit; empty if nothing did, everything if the table cannot be changed. */
  changes(): string {
    if (this.#largestDraw() > this.#draws) return this.everything();
    const chains = this.#chains.changes(sameRules);
    const sets = this.#dynamicSets.changes(sameText);
    return [
      ...sets.flatMap(({ name, now }) => (now === undefined ? [] : [`add set ip ${TABLE} ${name} { ${now}; }`])),
      ...chains.flatMap(({ name, now }) => (now === undefined ? [] : [`add chain ip ${TABLE} ${name}`])),
      // A chain that changes is emptied; one that goes too, as others it leads to may go with it.
      ...chains.flatMap(({ name, before }) => (before === undefined ? [] : [`flush chain ip ${TABLE} ${name}`])),
      ...chains.flatMap(({ name, now }) => (now ?? []).map((rule) => `add rule ip ${TABLE} ${name} ${rule}`)),
      ...this.#elementChanges(),
      ...chains.flatMap(({ name, now }) => (now === undefined ? [`delete chain ip ${TABLE} ${name}`] : [])),
      ...sets.flatMap(({ name, now }) => (now === undefined ? [`delete set ip ${TABLE} ${name}`] : [])),
    ].join('\n');
  }

  /** Commands that make the whole table anew, in one transaction. */
  everything(): string {
    // Room to grow, for a new table is dearer than an element.
    this.#draws = Math.max(LEAST_DRAWS, 2 ** Math.ceil(Math.log2(this.#largestDraw() + 1)));
    const chains = [...this.#chains.all()];
    const sets = [...this.#dynamicSets.all()];
    return [
      staticRules(this.#facts, this.#draws),
      ...sets.map(([name, definition]) => `add set ip ${TABLE} ${name} { ${definition}; }`),
      ...chains.map(([name]) => `add chain ip ${TABLE} ${name}`),
      ...chains.flatMap(([name, rules]) => rules.map((rule) => `add rule ip ${TABLE} ${name} ${rule}`)),
      ...[...this.#elements].flatMap(([set, wanted]) =>
        elementCommands(
          'add',
          set,
          [...wanted.all()].map(([key, value]) => withValue(key, value)),
        ),
      ),
    ].join('\n');
  }

  /** What was wanted until now is in the kernel. */
  commit(): void {
    this.#chains.commit();
    this.#dynamicSets.commit();
    for (const wanted of this.#elements.values()) wanted.commit();
  }

  #largestDraw(): number {
    let largest = 0;
    for (const fragment of this.#fragments.values()) largest = Math.max(largest, fragment.largestDraw);
    return largest;
  }

  #elementChanges(): string[] {
    const removed: string[] = [];
    const added: string[] = [];
    for (const [set, wanted] of this.#elements) {
      const changes = wanted.changes(sameText);
      const gone = changes.filter(({ before }) => before !== undefined).map(({ name, before }) => withValue(name, before as string));
      const come = changes.filter(({ now }) => now !== undefined).map(({ name, now }) => withValue(name, now as string));
      removed.push(...elementCommands('delete', set, gone));
      added.push(...elementCommands('add', set, come));
    }
    return [...removed, ...added];
  }

  #want(owner: string, fragment: Fragment): void {
    this.#fragments.set(owner, fragment);
    for (const { set, key, value = '' } of fragment.elements) this.#elementsOf(set).want(key, owner, value);
    for (const [name, rules] of fragment.chains) this.#chains.want(name, owner, rules);
    for (const [name, definition] of fragment.dynamicSets) this.#dynamicSets.want(name, owner, definition);
  }

  #release(owner: string, fragment: Fragment): void {
    this.#fragments.delete(owner);
    for (const { set, key } of fragment.elements) this.#elementsOf(set).release(key, owner);
    for (const name of fragment.chains.keys()) this.#chains.release(name, owner);
    for (const name of fragment.dynamicSets.keys()) this.#dynamicSets.release(name, owner);
  }

  #elementsOf(set: SetName): Wanted<string> {
    const present = this.#elements.get(set);
    if (present) return present;
    const made = new Wanted<string>();
    this.#elements.set(set, made);
    return made;
  }
}

const withValue = (key: string, value: string) => (value === '' ? key : `${key} : ${value}`);

function elementCommands(verb: 'add' | 'delete', set: SetName, elements: readonly string[]): string[] {
  const commands: string[] = [];
  for (let from = 0; from < elements.length; from += PER_COMMAND) {
    commands.push(`${verb} element ip ${TABLE} ${set} { ${elements.slice(from, from + PER_COMMAND).join(', ')} }`);
  }
  return commands;
}
