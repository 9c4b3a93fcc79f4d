import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoConstant, GoFile, GoType } from './go-source.ts';
import { parseGo } from './go-source.ts';
import type { SourcePackage } from './packages.ts';

/** A type with the file it stands in, whose imports give its field types their meaning. */
export interface Declared {
  readonly type: GoType;
  readonly file: GoFile;
  readonly source: SourcePackage;
}

/** Every parsed package, by Go import path. */
export class Universe {
  readonly #types = new Map<string, Map<string, Declared>>();
  readonly #constants = new Map<string, GoConstant[]>();
  readonly packages: readonly SourcePackage[];

  constructor(gocode: string, packages: readonly SourcePackage[]) {
    this.packages = packages;
    for (const source of packages) this.#read(gocode, source);
  }

  #read(gocode: string, source: SourcePackage): void {
    const types = new Map<string, Declared>();
    const constants: GoConstant[] = [];
    for (const text of goTexts(gocode, source)) {
      const file = parseGo(text);
      for (const type of file.types) types.set(type.name, { type, file, source });
      constants.push(...file.constants.map((constant) => this.#resolved(constant, { file, source })));
    }
    this.#types.set(source.path, types);
    this.#constants.set(source.path, constants);
  }

  /** A constant with the value of the one it repeats; packages that others repeat are read first. */
  #resolved(constant: GoConstant, from: Pick<Declared, 'file' | 'source'>): GoConstant {
    if (!constant.repeats) return constant;
    const { path, local } = this.qualify(constant.repeats, from);
    const value = this.#constants.get(path)?.find(({ name }) => name === local)?.value;
    return value === undefined ? constant : { ...constant, value };
  }

  /** The declaration of `name` as written in `from`, `Foo` or `pkg.Foo`; undefined outside the parsed packages. */
  find(name: string, from: Pick<Declared, 'file' | 'source'>): Declared | undefined {
    const { path, local } = this.qualify(name, from);
    return this.#types.get(path)?.get(local);
  }

  /** The import path and bare name of `name` as written in `from`. */
  qualify(name: string, from: Pick<Declared, 'file' | 'source'>): { path: string; local: string } {
    const dot = name.indexOf('.');
    if (dot < 0) return { path: from.source.path, local: name };
    const alias = name.slice(0, dot);
    return { path: from.file.imports.get(alias) ?? alias, local: name.slice(dot + 1) };
  }

  typesOf(source: SourcePackage): Declared[] {
    return [...(this.#types.get(source.path)?.values() ?? [])];
  }

  /** The constants of a string type, in the order of the sources. */
  constantsOf({ source, type }: Declared): GoConstant[] {
    return (this.#constants.get(source.path) ?? []).filter((constant) => constant.type === type.name);
  }
}

function goTexts(gocode: string, source: SourcePackage): string[] {
  const folder = join(gocode, source.path);
  if (!existsSync(folder)) {
    const supplement = new URL(`./supplement/${source.module}.go.txt`, import.meta.url);
    return [readFileSync(supplement, 'utf8')];
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.go') && !/_test\.go$|generated|^conversion|^register|^doc\.go$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
