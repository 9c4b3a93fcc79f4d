import { ActionIcon, Tooltip, useMantineColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Boxes, LayoutDashboard, type LucideIcon, Moon, Search, Sun, SunMoon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useServedViews } from '../hooks/use-served-views.ts';
import { app } from '../ipc/session.ts';
import { pathOfKind } from '../kube/names.ts';
import type { KindView, NavGroup } from '../pages/view.ts';
import { ClusterSwitch } from './ClusterSwitch.tsx';
import classes from './Sidebar.module.css';

const GROUPS: readonly NavGroup[] = ['cluster', 'workloads', 'network', 'config'];

/** Where one can go. Folds to icons where the window is narrow. */
export function Sidebar({ cluster }: { cluster: string | undefined }) {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 1100px)') ?? false;
  return (
    <nav className={classes.side} data-narrow={narrow || undefined} aria-label={t('nav.label')}>
      <ClusterSwitch current={cluster} narrow={narrow} />
      <button type="button" className={classes.search} onClick={() => spotlight.open()} aria-label={narrow ? t('nav.search') : undefined}>
        <Search size={14} aria-hidden="true" />
        <span className={classes.text}>{t('nav.search')}</span>
        <kbd className={classes.text}>{navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <div className={classes.links}>
        {cluster ? (
          <ClusterLinks cluster={cluster} narrow={narrow} />
        ) : (
          <NavItem to="/clusters" icon={Boxes} label={t('nav.clusters')} narrow={narrow} />
        )}
      </div>
      <div className={classes.foot}>
        <SchemeSwitch />
        <Version />
      </div>
    </nav>
  );
}

function ClusterLinks({ cluster, narrow }: { cluster: string; narrow: boolean }) {
  const { t } = useTranslation();
  const views = useServedViews(cluster);
  return (
    <>
      <NavItem to="/c/$cluster" params={{ cluster }} exact icon={LayoutDashboard} label={t('nav.overview')} narrow={narrow} />
      {GROUPS.map((group) => (
        <NavSection key={group} label={t(`nav.groups.${group}`)} bare={group === 'cluster'}>
          {views
            .filter((view) => view.group === group)
            .map((view) => (
              <KindItem key={pathOfKind(view.resource)} cluster={cluster} view={view} narrow={narrow} />
            ))}
        </NavSection>
      ))}
    </>
  );
}

function KindItem({ cluster, view, narrow }: { cluster: string; view: KindView; narrow: boolean }) {
  return (
    <NavItem
      to="/c/$cluster/$kind"
      params={{ cluster, kind: pathOfKind(view.resource) }}
      icon={view.icon}
      label={view.title}
      narrow={narrow}
    />
  );
}

function NavSection({ label, bare, children }: { label: string; bare: boolean; children: React.ReactNode }) {
  return (
    <div className={classes.section} role="group" aria-label={label}>
      {bare ? null : (
        <div className={classes.heading} aria-hidden="true">
          {label}
        </div>
      )}
      {children}
    </div>
  );
}

interface NavItemProps {
  to: '/clusters' | '/c/$cluster' | '/c/$cluster/$kind';
  params?: Record<string, string>;
  exact?: boolean;
  icon: LucideIcon;
  label: string;
  narrow: boolean;
}

function NavItem({ to, params, exact = false, icon: Icon, label, narrow }: NavItemProps) {
  const link = (
    <Link to={to} params={params as never} activeOptions={{ exact }} className={classes.item} aria-label={narrow ? label : undefined}>
      <Icon size={15} strokeWidth={1.8} aria-hidden="true" />
      <span className={classes.text}>{label}</span>
    </Link>
  );
  return narrow ? (
    <Tooltip label={label} position="right" withArrow>
      {link}
    </Tooltip>
  ) : (
    link
  );
}

const SCHEMES = ['auto', 'light', 'dark'] as const;
const SCHEME_ICONS = { auto: SunMoon, light: Sun, dark: Moon } as const;

function SchemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = SCHEMES[(SCHEMES.indexOf(colorScheme) + 1) % SCHEMES.length] ?? 'auto';
  const label = t('nav.lightOrDark', { scheme: t(`nav.scheme.${colorScheme}`) });
  const Icon = SCHEME_ICONS[colorScheme];
  return (
    <Tooltip label={label} position="right" withArrow>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setColorScheme(next)}>
        <Icon size={16} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}

function Version() {
  const { data } = useQuery({
    queryKey: ['app'],
    queryFn: ({ signal }) => app.info(undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <span className={`${classes.text} dim num`}>{data?.version}</span>;
}
