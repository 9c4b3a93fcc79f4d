import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { FieldFault } from './field-lines.ts';
import classes from './Yaml.module.css';

interface Props {
  label: string;
  value: string;
  onChange?: (value: string) => void;
  onSave?: () => void;
  readOnly?: boolean;
  faults?: readonly FieldFault[];
}

/** Marks a change that came from outside: the owner knows it already. */
const external = Annotation.define<boolean>();

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--sw-accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--sw-text)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--sw-ok)' },
  { tag: tags.comment, color: 'var(--sw-dim)', fontStyle: 'italic' },
  { tag: [tags.meta, tags.punctuation], color: 'var(--sw-dim)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'transparent', color: 'var(--sw-text)' },
  '&.cm-focused': { outline: '1px solid var(--sw-accent)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--sw-mono)', lineHeight: '1.5' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--sw-dim)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--sw-line) 35%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--sw-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--sw-selected)',
  },
  '.cm-panels': { backgroundColor: 'var(--sw-bg)', color: 'var(--sw-text)' },
  '.cm-tooltip': { backgroundColor: 'var(--sw-raised)', border: '1px solid var(--sw-line-strong)', color: 'var(--sw-text)' },
});

/** A text editor for YAML that marks the server's faults at their lines. Tab leaves it after Escape. */
export function YamlEditor({ label, value, onChange, onSave, readOnly = false, faults = [] }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const handlers = useRef({ onChange, onSave });
  handlers.current = { onChange, onSave };
  const editable = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is dispatched below
  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({ doc: value, extensions: extensionsFor(label, handlers, editable.current, readOnly) }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value }, annotations: external.of(true) });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: editable.current.reconfigure(editableness(readOnly)) });
  }, [readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const diagnostics = diagnosticsOf(editor.state, faults);
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
    const [first] = diagnostics;
    if (first) editor.dispatch({ effects: EditorView.scrollIntoView(first.from, { y: 'center' }) });
  }, [faults]);

  return <div ref={host} className={classes.editor} />;
}

const editableness = (readOnly: boolean) => [EditorState.readOnly.of(readOnly)];

function extensionsFor(label: string, handlers: { current: Pick<Props, 'onChange' | 'onSave'> }, editable: Compartment, readOnly: boolean) {
  const save = () => {
    handlers.current.onSave?.();
    return true;
  };
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    yaml(),
    syntaxHighlighting(colours),
    look,
    keymap.of([
      { key: 'Mod-s', run: save, preventDefault: true },
      ...defaultKeymap,
      ...historyKeymap,
      ...searchKeymap,
      ...foldKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    editable.of(editableness(readOnly)),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((each) => each.annotation(external)))
        handlers.current.onChange?.(update.state.doc.toString());
    }),
  ];
}

function diagnosticsOf(state: EditorState, faults: readonly FieldFault[]): Diagnostic[] {
  return faults
    .filter((fault) => fault.line !== undefined && fault.line <= state.doc.lines)
    .map((fault) => {
      const line = state.doc.line(fault.line ?? 1);
      const indent = line.text.length - line.text.trimStart().length;
      return { from: line.from + indent, to: line.to, severity: 'error' as const, message: fault.message };
    })
    .sort((a, b) => a.from - b.from);
}
