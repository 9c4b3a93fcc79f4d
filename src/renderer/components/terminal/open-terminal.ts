import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { exec } from '../../ipc/session.ts';

export interface TerminalEnd {
  code?: number | undefined;
  error?: string | undefined;
}

interface Target {
  cluster: string;
  namespace: string;
  pod: string;
  container: string;
}

/** bash where there is one: it has history and completion. */
const SHELL = ['sh', '-c', 'TERM=xterm-256color; export TERM; command -v bash >/dev/null 2>&1 && exec bash || exec sh'];

/** A terminal on the page, joined to a shell in the container. */
export function openTerminal(host: HTMLElement, target: Target, onEnd: (end: TerminalEnd) => void) {
  const terminal = new Terminal({
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mantine-font-family-monospace'),
    fontSize: 12.5,
    cursorBlink: true,
    scrollback: 10_000,
    screenReaderMode: true,
    theme: { background: '#101216', foreground: '#e6e8eb', cursor: '#a3a5ff', selectionBackground: '#3c3f6b' },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(host);
  fit.fit();
  let ended = false;
  const finish = (end: TerminalEnd) => {
    if (ended) return;
    ended = true;
    onEnd(end);
  };
  const stream = exec.open(
    { ...target, command: SHELL, columns: terminal.cols, rows: terminal.rows },
    {
      item: (output) => (output.type === 'output' ? terminal.write(output.text) : finish({ code: output.code, error: output.message })),
      end: (error) => finish(error ? { error: error.message } : {}),
    },
  );
  terminal.onData((text) => stream.send({ type: 'input', text }));
  terminal.onResize(({ cols, rows }) => stream.send({ type: 'resize', columns: cols, rows }));
  // A hidden tab has no size; fitting to it would tell the shell it has two columns.
  const observer = new ResizeObserver(() => {
    if (host.clientHeight > 0) fit.fit();
  });
  observer.observe(host);
  return {
    focus: () => terminal.focus(),
    close() {
      ended = true;
      observer.disconnect();
      stream.close();
      terminal.dispose();
    },
  };
}
