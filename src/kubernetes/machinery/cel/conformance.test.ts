import { tests as checking } from '@bufbuild/cel-spec/testdata/checking.js';
import { tests as comprehension } from '@bufbuild/cel-spec/testdata/comprehension.js';
import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js';
import { tests as parsing } from '@bufbuild/cel-spec/testdata/parsing.js';
import { describe, expect, test } from 'vitest';
import { debugString } from '../../../../test/support/cel/debug-string.ts';
import { adornChecked, environmentOf, faultOf, unsupported } from '../../../../test/support/cel/spec-run.ts';
import { casesOf, checkerDeclarations, type SpecCase, type SpecSuite } from '../../../../test/support/cel/spec-types.ts';
import { compile } from './compile.ts';
import { optionalLibrary } from './library/optionals.ts';
import { standardLibrary } from './library/standard/standard.ts';
import { CelIssues } from './syntax/issues.ts';
import { MacroTable } from './syntax/macros.ts';
import { parse } from './syntax/parser.ts';
import { standardMacros } from './syntax/standard-macros.ts';

const cases = (suite: unknown): SpecCase[] => [...casesOf(suite as SpecSuite)];
const shortName = ({ path }: SpecCase): string => (path.length > 160 ? `${path.slice(0, 160)}...` : path);

describe('the specification', () => {
  const all = cases(conformance);

  for (const spec of all) {
    const reason = unsupported(spec);
    if (reason) test.skip(`${shortName(spec)} (${reason})`, () => {});
    else test(shortName(spec), () => expect(faultOf(spec)).toBeUndefined());
  }

  test('leaves out nothing but messages and one deliberate difference', () => {
    const left = all.map(unsupported).filter((reason) => reason !== undefined);
    expect(all.length).toBe(2344);
    expect(left.filter((reason) => !reason.startsWith('protobuf messages'))).toHaveLength(1);
  });
});

describe('trees as cel-go makes them', () => {
  const options = { macros: new MacroTable(standardMacros), optionalSyntax: false, quotedFields: false };
  const withoutKinds = (ast: string): string => ast.replace(/\^#\*?[^#\n]*#/g, '');
  const parsed = [...cases(parsing), ...cases(checking), ...cases(comprehension), ...cases(conformance)].filter(
    ({ ast }) => ast !== undefined,
  );

  test.each(parsed.map((spec) => [shortName(spec), spec] as const))('%s', (_, { expr, ast }) => {
    const result = parse(expr, options);
    expect(result instanceof CelIssues ? result.toString('') : debugString(result.root)).toBe(withoutKinds(ast!));
  });
});

describe('syntax errors as cel-go words them', () => {
  const options = { macros: new MacroTable(standardMacros), optionalSyntax: false, quotedFields: false };
  /** Limits that the cases set, and what their recovery makes of a broken selection or two signs before nothing. */
  const KNOWN = /limit exceeded|max recursion|^x\{\.$/;
  const wrong = cases(parsing).filter(
    ({ ast, error = '', expr }) =>
      ast === undefined && error && !error.includes('<input>') && !KNOWN.test(error) && !['x{.', '--'].includes(expr),
  );

  test.each(wrong.map((spec) => [shortName(spec), spec] as const))('%s', (_, { expr, error }) => {
    const result = parse(expr, options);
    expect(result instanceof CelIssues ? result.toString('') : debugString(result.root)).toBe(error);
  });
});

describe('types and overloads as cel-go finds them', () => {
  /** Messages made by an expression, enums of messages, groups. */
  const MESSAGES = /google\.protobuf\.\w+\s*\{|NestedEnum|nestedgroup/;
  const typed = cases(checking).filter(({ expr, error = '' }) => !MESSAGES.test(expr) && !error.startsWith('ERROR: :'));

  test.each(typed.map((spec) => [shortName(spec), spec] as const))('%s', (_, spec) => {
    const wanted = spec.checkedAst ?? spec.error ?? '';
    const environment = environmentOf(spec, {
      libraries: [standardLibrary, optionalLibrary, { name: 'given', ...checkerDeclarations }],
      crossTypeComparisons: /_(int64|uint64|double)_(int64|uint64|double)/.test(wanted),
    });
    const result = compile(spec.expr, environment);
    expect(result instanceof CelIssues ? result.toString() : debugString(result.parsed.root, adornChecked(result.checked))).toBe(wanted);
  });
});
