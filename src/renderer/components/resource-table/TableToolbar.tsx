import { ActionIcon, Button, CloseButton, TextInput, Tooltip } from '@mantine/core';
import { Plus, Search, Trash2, X } from 'lucide-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { LivePhase } from '../../live/live-collection.ts';
import type { KindView } from '../../pages/view.ts';
import { openCreateYaml } from '../../state/dialogs.ts';
import { NamespaceSelect } from './NamespaceSelect.tsx';
import classes from './ResourceTable.module.css';

interface Props {
  cluster: string;
  view: KindView;
  embedded: boolean;
  search: string;
  onSearch(text: string): void;
  searchRef: RefObject<HTMLInputElement | null>;
  shown: number;
  total: number;
  phase: LivePhase;
  selected: number;
  onDeleteSelected(): void;
  onClearSelection(): void;
}

/** Title, count, search, namespaces, and what to do with the selection. Its height never changes. */
export function TableToolbar(props: Props) {
  const { t } = useTranslation();
  const { cluster, view, embedded, search, onSearch, searchRef } = props;
  return (
    <header className={classes.toolbar} data-embedded={embedded || undefined}>
      {embedded ? null : <h1 className={classes.title}>{view.title}</h1>}
      <span className={`${classes.count} num`} role="status">
        {props.phase === 'loading' ? '' : countText(props, t)}
      </span>
      {props.selected > 0 ? <SelectionBar {...props} /> : null}
      <div className={classes.tools}>
        {view.resource.namespaced && !embedded ? <NamespaceSelect cluster={cluster} /> : null}
        <TextInput
          ref={searchRef}
          size="xs"
          className={classes.search}
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onSearch('');
          }}
          aria-label={t('table.search', { what: view.title })}
          placeholder={t('table.searchHint')}
          leftSection={<Search size={14} aria-hidden="true" />}
          rightSection={
            search ? (
              <CloseButton size="xs" aria-label={t('table.clearFilter')} onClick={() => onSearch('')} />
            ) : (
              <kbd className={classes.kbd}>/</kbd>
            )
          }
        />
        {view.creatable === false || embedded ? null : (
          <Button
            size="xs"
            className={classes.create}
            leftSection={<Plus size={14} aria-hidden="true" />}
            onClick={() => openCreateYaml(cluster, view.resource.kind)}
          >
            {t('table.create')}
          </Button>
        )}
      </div>
    </header>
  );
}

type Translate = ReturnType<typeof useTranslation>['t'];

function countText({ shown, total }: Props, t: Translate): string {
  return shown === total ? t('table.count', { count: total }) : t('table.filtered', { shown, total });
}

function SelectionBar({ selected, onDeleteSelected, onClearSelection }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.selection}>
      <span className="num">{t('table.selected', { count: selected })}</span>
      <Button
        size="compact-xs"
        color="red"
        variant="light"
        leftSection={<Trash2 size={13} aria-hidden="true" />}
        onClick={onDeleteSelected}
      >
        {t('table.deleteSelected')}
      </Button>
      <Tooltip label={t('table.clearSelection')}>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('table.clearSelection')} onClick={onClearSelection}>
          <X size={14} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
