import { Button, Checkbox, Popover, ScrollArea, TextInput } from '@mantine/core';
import { ChevronDown, Layers } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { namespaces as namespaceType } from '../../../kubernetes/api/resources.ts';
import { useLive } from '../../live/use-live.ts';
import { namespaceFilter } from '../../state/namespace-filter.ts';
import { useStore } from '../../state/store.ts';
import classes from './ResourceTable.module.css';

/** Which namespaces all lists of a cluster show; nothing chosen means all. */
export function NamespaceSelect({ cluster }: { cluster: string }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [search, setSearch] = useState('');
  const { items } = useLive(cluster, namespaceType);
  const store = namespaceFilter(cluster);
  const chosen = useStore(store);
  const names = useMemo(() => items.map((item) => item.metadata.name ?? '').sort((a, b) => a.localeCompare(b)), [items]);
  const toggle = (name: string) => store.update((now) => (now.includes(name) ? now.filter((each) => each !== name) : [...now, name]));
  const label = chosen.length === 0 ? t('table.allNamespaces') : chosen.length === 1 ? chosen[0] : `${chosen[0]} +${chosen.length - 1}`;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus withinPortal shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          className={classes.namespaces}
          aria-label={`${t('table.namespaces')}: ${label}`}
          leftSection={<Layers size={14} aria-hidden="true" />}
          rightSection={<ChevronDown size={14} aria-hidden="true" />}
          onClick={() => setOpened((now) => !now)}
        >
          <span className="truncate">{label}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={t('table.namespaces')}>
        <TextInput
          size="xs"
          mb={8}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          aria-label={t('table.search', { what: t('table.namespaces') })}
          data-autofocus
        />
        <ScrollArea.Autosize mah={280} w={240} type="auto">
          <Checkbox size="xs" py={4} label={t('table.allNamespaces')} checked={chosen.length === 0} onChange={() => store.set([])} />
          {names
            .filter((name) => name.includes(search.toLowerCase()))
            .map((name) => (
              <Checkbox key={name} size="xs" py={4} label={name} checked={chosen.includes(name)} onChange={() => toggle(name)} />
            ))}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
