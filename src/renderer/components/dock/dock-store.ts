import { createSavedStore, createStore } from '../../state/store.ts';

/** What a tab looks into. */
export interface DockTarget {
  kind: 'logs' | 'terminal';
  cluster: string;
  namespace: string;
  pod: string;
  container: string;
}

export interface DockTab extends DockTarget {
  id: string;
}

interface DockState {
  tabs: readonly DockTab[];
  active: string | undefined;
  folded: boolean;
}

/** The docked tabs. They belong to no page, so going elsewhere leaves them open. */
export const dock = createStore<DockState>({ tabs: [], active: undefined, folded: false });
export const dockHeight = createSavedStore('dock-height', 300, (value): value is number => typeof value === 'number');

const idOf = ({ kind, cluster, namespace, pod }: DockTarget) => `${kind} ${cluster} ${namespace}/${pod}`;

/** Opens a tab, or brings the one that is already open to the front. */
export function openDockTab(target: DockTarget): void {
  const id = idOf(target);
  dock.update(({ tabs }) => {
    const at = tabs.findIndex((tab) => tab.id === id);
    const tab = { ...target, id };
    return { tabs: at < 0 ? [...tabs, tab] : tabs.with(at, tab), active: id, folded: false };
  });
}

export function closeDockTab(id: string): void {
  dock.update((state) => {
    const at = state.tabs.findIndex((tab) => tab.id === id);
    const tabs = state.tabs.filter((tab) => tab.id !== id);
    const active = state.active === id ? tabs[Math.min(at, tabs.length - 1)]?.id : state.active;
    return { ...state, tabs, active };
  });
}

export const activateDockTab = (id: string) => dock.update((state) => ({ ...state, active: id, folded: false }));
export const foldDock = (folded: boolean) => dock.update((state) => ({ ...state, folded }));
/** Another container of the same pod. */
export const setDockContainer = (id: string, container: string) =>
  dock.update((state) => ({ ...state, tabs: state.tabs.map((tab) => (tab.id === id ? { ...tab, container } : tab)) }));
