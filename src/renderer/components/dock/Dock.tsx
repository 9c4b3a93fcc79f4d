import { ActionIcon, Tooltip } from '@mantine/core';
import { ChevronDown, ChevronUp, ScrollText, SquareTerminal, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../../state/store.ts';
import { ResizeHandle } from '../common/ResizeHandle.tsx';
import { LogTab } from '../logs/LogTab.tsx';
import { TerminalTab } from '../terminal/TerminalTab.tsx';
import classes from './Dock.module.css';
import { activateDockTab, closeDockTab, type DockTab, dock, dockHeight, foldDock } from './dock-store.ts';

const MIN = 140;

/** Logs and terminals below the page. All tabs stay mounted: a terminal does not end because another tab is looked at. */
export function Dock() {
  const { t } = useTranslation();
  const { tabs, active, folded } = useStore(dock);
  const height = useStore(dockHeight);
  if (tabs.length === 0) return null;
  const resize = (next: number) => dockHeight.set(Math.max(MIN, Math.min(next, window.innerHeight - 200)));
  const current = tabs.find((tab) => tab.id === active);
  const foldLabel = t(folded ? 'dock.expand' : 'dock.collapse');
  return (
    <section className={classes.dock} aria-label={t('dock.label')} style={{ height: folded ? undefined : `min(${height}px, 70vh)` }}>
      {folded ? null : (
        <ResizeHandle direction="up" value={height} onChange={resize} label={t('common.resize', { what: t('dock.label') })} />
      )}
      <div className={classes.bar}>
        <div role="tablist" aria-label={t('dock.label')} className={classes.tabs}>
          {tabs.map((tab) => (
            <TabHead key={tab.id} tab={tab} active={tab.id === active} />
          ))}
        </div>
        {current ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('dock.closeTab', { name: nameOf(current, t) })}
            onClick={() => closeDockTab(current.id)}
          >
            <X size={16} aria-hidden="true" />
          </ActionIcon>
        ) : null}
        <Tooltip label={foldLabel}>
          <ActionIcon variant="subtle" color="gray" aria-label={foldLabel} aria-expanded={!folded} onClick={() => foldDock(!folded)}>
            {folded ? <ChevronUp size={16} aria-hidden="true" /> : <ChevronDown size={16} aria-hidden="true" />}
          </ActionIcon>
        </Tooltip>
      </div>
      {tabs.map((tab) => (
        <div
          key={tab.id}
          role="tabpanel"
          id={panelId(tab)}
          aria-label={nameOf(tab, t)}
          className={classes.panel}
          hidden={folded || tab.id !== active}
        >
          {tab.kind === 'logs' ? (
            <LogTab tab={tab} visible={!folded && tab.id === active} />
          ) : (
            <TerminalTab tab={tab} visible={!folded && tab.id === active} />
          )}
        </div>
      ))}
    </section>
  );
}

type Translate = ReturnType<typeof useTranslation>['t'];
const nameOf = (tab: DockTab, t: Translate) => t(tab.kind === 'logs' ? 'dock.logsOf' : 'dock.terminalOf', { pod: tab.pod });
const panelId = (tab: DockTab) => `dock-${tab.id.replaceAll(/[^\w-]/g, '-')}`;

/** The cross is for the pointer; by keyboard Delete closes the tab, as the button beside the tabs does. */
function TabHead({ tab, active }: { tab: DockTab; active: boolean }) {
  const { t } = useTranslation();
  const Icon = tab.kind === 'logs' ? ScrollText : SquareTerminal;
  return (
    <button
      type="button"
      role="tab"
      aria-selected={active}
      aria-controls={panelId(tab)}
      aria-label={nameOf(tab, t)}
      className={classes.tab}
      data-active={active || undefined}
      onClick={() => activateDockTab(tab.id)}
      onAuxClick={() => closeDockTab(tab.id)}
      onKeyDown={(event) => {
        if (event.key === 'Delete') closeDockTab(tab.id);
      }}
    >
      <Icon size={14} aria-hidden="true" />
      <span className="truncate">{tab.pod}</span>
      <span
        aria-hidden="true"
        className={classes.close}
        onClick={(event) => {
          event.stopPropagation();
          closeDockTab(tab.id);
        }}
      >
        <X size={13} />
      </span>
    </button>
  );
}
