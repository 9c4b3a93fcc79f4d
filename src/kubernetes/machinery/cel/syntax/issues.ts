/** What is wrong with the text of an expression, shown with the place. */
export interface Issue {
  readonly message: string;
  /** UTF-16 offset into the source; undefined for what has no place. */
  readonly offset: number | undefined;
}

const MAX_ISSUES = 100;

/** Why a text did not compile; `toString()` is how upstream prints it. */
export class CelIssues {
  readonly source: string;
  readonly issues: readonly Issue[];
  /**
   * `instantiation` when the text is right but what can be evaluated beforehand fails: a conversion of a constant, a
   * regular expression. Upstream tells the two apart: "compilation failed", "program instantiation failed".
   */
  readonly phase: 'compilation' | 'instantiation';

  constructor(source: string, issues: readonly Issue[], phase: CelIssues['phase'] = 'compilation') {
    this.source = source;
    this.phase = phase;
    this.issues = [...issues].sort((a, b) => (a.offset ?? -1) - (b.offset ?? -1));
  }

  toString(description = '<input>'): string {
    if (this.phase === 'instantiation') return this.issues.map(({ message }) => message).join('\n');
    const shown = this.issues.slice(0, MAX_ISSUES).map((issue) => describe(this.source, issue, description));
    const rest = this.issues.length - MAX_ISSUES;
    return rest > 0 ? [...shown, `${rest} more errors were truncated`].join('\n') : shown.join('\n');
  }
}

function describe(source: string, { message, offset }: Issue, description: string): string {
  if (offset === undefined) return `ERROR: ${description}:-1:0: ${message}`;
  // There is nothing to show of a source without text.
  if (source === '') return `ERROR: ${description}:1:0: ${message}`;
  const { line, column, text } = locate(source, offset);
  const characters = [...text.replaceAll('\t', ' ')];
  const before = Array.from({ length: column }, (_, i) => (isWide(characters[i]) ? '．' : '.')).join('');
  const mark = isWide(characters[column]) ? '＾' : '^';
  return `ERROR: ${description}:${line}:${column + 1}: ${message}\n | ${characters.join('')}\n | ${before}${mark}`;
}

const isWide = (character: string | undefined): boolean => character !== undefined && character.codePointAt(0)! > 0x7f;

/** Line from 1, column from 0 in code points, and the text of the line. */
function locate(source: string, offset: number): { line: number; column: number; text: string } {
  const before = source.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  const end = source.indexOf('\n', offset);
  return {
    line: before.split('\n').length,
    column: [...source.slice(start, offset)].length,
    text: source.slice(start, end < 0 ? undefined : end),
  };
}
