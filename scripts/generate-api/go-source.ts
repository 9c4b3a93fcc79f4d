/** What the generator reads from Go: type declarations, their comments and typed string constants. */
export interface GoFile {
  /** Import name to import path. */
  readonly imports: ReadonlyMap<string, string>;
  readonly types: readonly GoType[];
  readonly constants: readonly GoConstant[];
}

export interface GoType {
  readonly name: string;
  /** The right-hand side for anything but a struct: `string`, `[]Foo`, `map[string]Foo`. */
  readonly underlying: string;
  readonly fields: readonly GoField[] | undefined;
  /** Comment lines without `//`. */
  readonly comments: readonly string[];
  /** The comment one empty line above those, which may hold markers. */
  readonly detached: readonly string[];
}

export interface GoField {
  /** Undefined for an embedded field. */
  readonly goName: string | undefined;
  readonly type: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly comments: readonly string[];
}

export interface GoConstant {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  /** The constant this one repeats, `v1.IPv4Protocol`; `value` is then empty. */
  readonly repeats?: string;
  readonly comments: readonly string[];
}

/** Reads the declarations of one gofmt-ed file line by line; gofmt makes that reliable. */
export function parseGo(text: string): GoFile {
  const lines = withoutBlockComments(text).split('\n');
  const types: GoType[] = [];
  const constants: GoConstant[] = [];
  let comments: string[] = [];
  let detached: string[] = [];

  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.startsWith('//')) {
      comments.push(commentText(line));
      continue;
    }
    const type = /^type (\w+) (=?\s*)(.*)$/.exec(line);
    if (type) {
      const [, name = '', , rest = ''] = type;
      const body = rest.endsWith('struct {') ? blockFrom(lines, at) : undefined;
      const fields = body ? parseFields(body) : rest === 'struct{}' ? [] : undefined;
      types.push({ name, underlying: fields ? 'struct' : rest, fields, comments, detached });
      if (body) at += body.length + 1;
    } else if (line.startsWith('const (')) {
      const body = blockFrom(lines, at);
      constants.push(...parseConstants(body));
      at += body.length + 1;
    } else if (line.startsWith('const ')) {
      constants.push(...parseConstants([line.slice('const '.length)]));
    }
    // Markers may stand in the comment block before the last one, one empty line apart.
    detached = line.trim() === '' ? comments : [];
    comments = [];
  }
  return { imports: parseImports(text), types, constants };
}

function withoutBlockComments(text: string): string {
  return text.replace(/^\/\*[\s\S]*?\*\/$/gm, '');
}

function commentText(line: string): string {
  return line.trim().replace(/^\/\/ ?/, '');
}

/** The lines after `start` up to the closing brace or parenthesis in column one. */
function blockFrom(lines: readonly string[], start: number): string[] {
  let end = start + 1;
  while (end < lines.length && !/^[})]/.test(lines[end] ?? '')) end++;
  return lines.slice(start + 1, end);
}

function parseFields(body: readonly string[]): GoField[] {
  const fields: GoField[] = [];
  let comments: string[] = [];
  for (const line of body) {
    if (line.trim().startsWith('//')) {
      comments.push(commentText(line));
      continue;
    }
    const found = /^\s+(?:([A-Za-z]\w*)\s+)?([\w.*[\]{}]+)\s*(?:`([^`]*)`)?\s*(?:\/\/.*)?$/.exec(line);
    if (found) fields.push({ goName: found[1], type: found[2] ?? '', tags: parseTags(found[3] ?? ''), comments });
    comments = [];
  }
  return fields;
}

function parseTags(text: string): Map<string, string> {
  return new Map([...text.matchAll(/(\w+):"([^"]*)"/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function parseConstants(body: readonly string[]): GoConstant[] {
  const constants: GoConstant[] = [];
  let comments: string[] = [];
  for (const line of body) {
    if (line.trim().startsWith('//')) {
      comments.push(commentText(line));
      continue;
    }
    const constant = parseConstant(line);
    if (constant) constants.push({ ...constant, comments });
    comments = [];
  }
  return constants;
}

function parseConstant(line: string): Omit<GoConstant, 'comments'> | undefined {
  const plain = /^\s*(\w+)\s+([\w.]+)\s*=\s*"([^"]*)"/.exec(line) ?? /^\s*(\w+)\s*=\s*([A-Z]\w*)\("([^"]*)"\)/.exec(line);
  if (plain) return { name: plain[1] ?? '', type: plain[2] ?? '', value: plain[3] ?? '' };
  const [, name, type, repeats] = /^\s*(\w+)\s*=\s*([A-Z]\w*)\((\w+\.\w+)\)/.exec(line) ?? [];
  return name && type && repeats ? { name, type, value: '', repeats } : undefined;
}

function parseImports(text: string): Map<string, string> {
  const block = /^import \(([\s\S]*?)^\)/m.exec(text)?.[1] ?? [...text.matchAll(/^import (.*)$/gm)].map((match) => match[1]).join('\n');
  const imports = new Map<string, string>();
  for (const [, alias, path = ''] of block.matchAll(/(?:(\w+)\s+)?"([^"]+)"/g)) {
    imports.set(alias ?? path.split('/').at(-1) ?? path, path);
  }
  return imports;
}
