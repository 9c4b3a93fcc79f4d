/** Lines around a change that are shown too. */
const CONTEXT = 3;
/** From this many lines on, lines that are very common start no match, which decides between equally good diffs. */
const POPULAR_FROM = 200;

interface Match {
  a: number;
  b: number;
  size: number;
}

/** `a` from `a1` to `a2` becomes `b` from `b1` to `b2`. */
interface Edit {
  same: boolean;
  a1: number;
  a2: number;
  b1: number;
  b2: number;
}

/** The hunks that make `after` of `before`, without file names; by Ratcliff and Obershelp's method, as messages show them. */
export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')];
  return hunks(editsOf(a, b))
    .map((hunk) => showHunk(hunk, a, b))
    .join('');
}

function showHunk(hunk: readonly Edit[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [hunk[0] as Edit, hunk.at(-1) as Edit];
  const lines = [`@@ -${range(first.a1, last.a2)} +${range(first.b1, last.b2)} @@`];
  for (const { same, a1, a2, b1, b2 } of hunk) {
    lines.push(...a.slice(a1, a2).map((line) => (same ? ` ${line}` : `-${line}`)));
    if (!same) lines.push(...b.slice(b1, b2).map((line) => `+${line}`));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function range(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}

/** Groups of edits with little between them, each with some lines around. */
function hunks(edits: readonly Edit[]): Edit[][] {
  const groups: Edit[][] = [[]];
  for (const [index, edit] of edits.entries()) {
    const { same, a1, a2, b1, b2 } = edit;
    if (!same) {
      groups.at(-1)?.push(edit);
      continue;
    }
    const [head, tail] = [Math.min(a2 - a1, CONTEXT), Math.min(a2 - a1, CONTEXT)];
    const [first, last] = [index === 0, index === edits.length - 1];
    if (first) groups.at(-1)?.push({ same, a1: a2 - tail, a2, b1: b2 - tail, b2 });
    else if (last) groups.at(-1)?.push({ same, a1, a2: a1 + head, b1, b2: b1 + head });
    else if (a2 - a1 > 2 * CONTEXT) {
      groups.at(-1)?.push({ same, a1, a2: a1 + head, b1, b2: b1 + head });
      groups.push([{ same, a1: a2 - tail, a2, b1: b2 - tail, b2 }]);
    } else groups.at(-1)?.push(edit);
  }
  return groups.filter((group) => group.some(({ same }) => !same));
}

function editsOf(a: readonly string[], b: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  for (const match of [...matchesOf(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < match.a || j < match.b) edits.push({ same: false, a1: i, a2: match.a, b1: j, b2: match.b });
    [i, j] = [match.a + match.size, match.b + match.size];
    const last = edits.at(-1);
    if (match.size > 0) {
      if (last?.same) Object.assign(last, { a2: i, b2: j });
      else edits.push({ same: true, a1: match.a, a2: i, b1: match.b, b2: j });
    }
  }
  return edits;
}

/** Runs of lines that both have: the longest one, then the longest on either side of it, and so on. */
function matchesOf(a: readonly string[], b: readonly string[]): Match[] {
  const places = placesOf(b);
  const within = (a1: number, a2: number, b1: number, b2: number): Match[] => {
    const match = longest(a, b, places, a1, a2, b1, b2);
    if (match.size === 0) return [];
    return [...within(a1, match.a, b1, match.b), match, ...within(match.a + match.size, a2, match.b + match.size, b2)];
  };
  return within(0, a.length, 0, b.length);
}

function placesOf(b: readonly string[]): Map<string, number[]> {
  const places = Map.groupBy(b.keys(), (index) => b[index] as string);
  if (b.length >= POPULAR_FROM) {
    const most = Math.floor(b.length / 100) + 1;
    for (const [line, indexes] of places) if (indexes.length > most) places.delete(line);
  }
  return places;
}

function longest(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  a1: number,
  a2: number,
  b1: number,
  b2: number,
): Match {
  let best: Match = { a: a1, b: b1, size: 0 };
  let runs = new Map<number, number>();
  for (let i = a1; i < a2; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] as string) ?? []) {
      if (j < b1) continue;
      if (j >= b2) break;
      const size = (runs.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    runs = next;
  }
  return widened(best, a, b, a1, a2, b1, b2);
}

/** Common lines, which start no match, may still stand at its ends. */
function widened(match: Match, a: readonly string[], b: readonly string[], a1: number, a2: number, b1: number, b2: number): Match {
  let { a: i, b: j, size } = match;
  while (i > a1 && j > b1 && a[i - 1] === b[j - 1]) {
    i--;
    j--;
    size++;
  }
  while (i + size < a2 && j + size < b2 && a[i + size] === b[j + size]) size++;
  return { a: i, b: j, size };
}
