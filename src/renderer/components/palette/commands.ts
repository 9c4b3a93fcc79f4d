import type { LucideIcon } from 'lucide-react';

export type CommandGroup = 'actions' | 'pages' | 'objects' | 'clusters';

export interface Command {
  id: string;
  group: CommandGroup;
  label: string;
  hint?: string | undefined;
  icon: LucideIcon;
  run(): void;
}

const ORDER: readonly CommandGroup[] = ['pages', 'objects', 'actions', 'clusters'];
const MOST_PER_GROUP = 12;

/** The commands that fit, the best first, by group; the group with the best fit leads. */
export function rankCommands(commands: readonly Command[], query: string): { group: CommandGroup; commands: Command[] }[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = commands.map((command) => ({ command, score: scoreOf(command, words) })).filter(({ score }) => score > 0);
  scored.sort((a, b) => b.score - a.score);
  const groups = ORDER.map((group) => ({
    group,
    fitting: scored.filter(({ command }) => command.group === group).slice(0, MOST_PER_GROUP),
  }));
  const best = (fitting: { score: number }[]) => (words.length > 0 ? (fitting[0]?.score ?? 0) : 0);
  return groups
    .filter(({ fitting }) => fitting.length > 0)
    .sort((a, b) => best(b.fitting) - best(a.fitting))
    .map(({ group, fitting }) => ({ group, commands: fitting.map(({ command }) => command) }));
}

/** 0 where a word is missing; more for words at the start of the label and for short labels. */
function scoreOf({ label, hint = '' }: Command, words: readonly string[]): number {
  const text = label.toLowerCase();
  const all = `${text} ${hint.toLowerCase()}`;
  let score = 1;
  for (const word of words) {
    if (!all.includes(word)) return 0;
    score += text === word ? 100 : text.startsWith(word) ? 50 : text.includes(word) ? 20 : 5;
  }
  return score - text.length / 1000;
}
