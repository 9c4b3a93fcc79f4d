import { useMantineColorScheme } from '@mantine/core';
import { Spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { Boxes, FilePlus2, LayoutDashboard, Plus, Search, SunMoon } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClusters } from '../../hooks/use-clusters.ts';
import { useServedViews } from '../../hooks/use-served-views.ts';
import { pathOfKind } from '../../kube/names.ts';
import { openCreateCluster, openCreateYaml } from '../../state/dialogs.ts';
import { type Command, rankCommands } from './commands.ts';
import classes from './Palette.module.css';
import { useObjectCommands } from './use-object-commands.ts';

/** A terminal's hidden field: there Ctrl-K belongs to the shell. */
const TERMINAL = ['TEXTAREA'];

/** Reaches the scroll area inside the list, which its type does not say. */
const SCROLLED_BY_KEYS = { viewportProps: { tabIndex: 0 } };

/** Ctrl/Cmd-K: every page, object and action by a few letters. */
export function Palette({ cluster }: { cluster: string | undefined }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K', 'mod + P']}
      size={640}
      clearQueryOnClose
      tagsToIgnore={TERMINAL}
      triggerOnContentEditable
      title={t('palette.title')}
      classNames={{ header: 'visually-hidden', action: classes.action }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
    >
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.title')}
        leftSection={<Search size={17} aria-hidden="true" />}
      />
      <Results cluster={cluster} query={query} />
    </Spotlight.Root>
  );
}

/** Mounted only while the palette is open: the objects of all kinds are watched for it. */
function Results({ cluster, query }: { cluster: string | undefined; query: string }) {
  const { t } = useTranslation();
  const pages = usePageCommands(cluster);
  const objects = useObjectCommands(cluster, query);
  const ranked = useMemo(() => rankCommands([...pages, ...objects], query), [pages, objects, query]);
  return (
    <Spotlight.ActionsList mah="min(440px, 60vh)" {...SCROLLED_BY_KEYS}>
      {ranked.length === 0 ? <Spotlight.Empty>{t('palette.nothing')}</Spotlight.Empty> : null}
      {ranked.map(({ group, commands }) => (
        <Spotlight.ActionsGroup key={group} label={t(`palette.${group}`)}>
          {commands.map(({ id, label, hint, icon: Icon, run }) => (
            <Spotlight.Action
              key={id}
              label={label}
              description={hint}
              leftSection={<Icon size={17} strokeWidth={1.7} aria-hidden="true" />}
              onClick={run}
            />
          ))}
        </Spotlight.ActionsGroup>
      ))}
    </Spotlight.ActionsList>
  );
}

function usePageCommands(cluster: string | undefined): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: clusters = [] } = useClusters();
  const views = useServedViews(cluster ?? '');
  const { setColorScheme, colorScheme } = useMantineColorScheme();
  return useMemo(() => {
    const inCluster: Command[] = cluster
      ? [
          {
            id: 'overview',
            group: 'pages',
            label: t('nav.overview'),
            icon: LayoutDashboard,
            run: () => void navigate({ to: '/c/$cluster', params: { cluster } }),
          },
          ...views.map(
            (view): Command => ({
              id: `page ${pathOfKind(view.resource)}`,
              group: 'pages',
              label: view.title,
              icon: view.icon,
              run: () => void navigate({ to: '/c/$cluster/$kind', params: { cluster, kind: pathOfKind(view.resource) } }),
            }),
          ),
          { id: 'create-yaml', group: 'actions', label: t('palette.createYaml'), icon: FilePlus2, run: () => openCreateYaml(cluster) },
        ]
      : [];
    return [
      ...inCluster,
      { id: 'clusters', group: 'pages', label: t('nav.allClusters'), icon: Boxes, run: () => void navigate({ to: '/clusters' }) },
      { id: 'create-cluster', group: 'actions', label: t('palette.createCluster'), icon: Plus, run: openCreateCluster },
      {
        id: 'scheme',
        group: 'actions',
        label: t('palette.toggleScheme'),
        icon: SunMoon,
        run: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
      },
      ...clusters.map(
        ({ name }): Command => ({
          id: `cluster ${name}`,
          group: 'clusters',
          label: name,
          hint: t('palette.clusters'),
          icon: Boxes,
          run: () => void navigate({ to: '/c/$cluster', params: { cluster: name } }),
        }),
      ),
    ];
  }, [cluster, clusters, views, navigate, t, setColorScheme, colorScheme]);
}
