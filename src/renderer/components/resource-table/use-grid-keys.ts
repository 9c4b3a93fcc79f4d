import { type KeyboardEvent, useEffect } from 'react';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import type { ResourceRow } from './use-table.ts';

interface GridKeys {
  rows: readonly ResourceRow[];
  activeKey: string | undefined;
  onActivate(key: string): void;
  onOpen(object: KubeObject): void;
  onDelete: (() => void) | undefined;
  onSearch(): void;
  scrollTo(index: number): void;
  selectable: boolean;
}

const PAGE = 20;

/** Arrows, Page, Home and End move; Enter opens; Space selects; Delete deletes what is selected; `/` searches. */
export function useGridKeys(grid: GridKeys): (event: KeyboardEvent) => void {
  const { onSearch } = grid;
  useEffect(() => {
    const onSlash = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      onSearch();
    };
    document.addEventListener('keydown', onSlash);
    return () => document.removeEventListener('keydown', onSlash);
  }, [onSearch]);

  return (event) => {
    if (event.target !== event.currentTarget) return;
    const at = grid.rows.findIndex((row) => row.id === grid.activeKey);
    const next = target(event.key, at, grid.rows.length);
    if (next !== undefined) {
      event.preventDefault();
      const row = grid.rows[next];
      if (!row) return;
      grid.onActivate(row.id);
      grid.scrollTo(next);
      return;
    }
    const row = grid.rows[at];
    if (event.key === 'Enter' && row) grid.onOpen(row.original);
    else if (event.key === ' ' && row && grid.selectable) row.toggleSelected();
    else if (event.key === 'Delete' && grid.rows.some((each) => each.getIsSelected())) grid.onDelete?.();
    else return;
    event.preventDefault();
  };
}

function target(key: string, at: number, count: number): number | undefined {
  const clamp = (index: number) => Math.max(0, Math.min(count - 1, index));
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return clamp(at + 1);
    case 'ArrowUp':
    case 'k':
      return clamp(at < 0 ? 0 : at - 1);
    case 'PageDown':
      return clamp(at + PAGE);
    case 'PageUp':
      return clamp(at - PAGE);
    case 'Home':
      return clamp(0);
    case 'End':
      return clamp(count - 1);
    default:
      return undefined;
  }
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
