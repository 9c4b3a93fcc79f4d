import { useNavigate } from '@tanstack/react-router';
import { FilePen, type LucideIcon, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { configMaps, deployments, jobs, namespaces, nodes, pods, services } from '../../../kubernetes/api/resources.ts';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import { t } from '../../i18n/index.ts';
import { namespaceInPath, pathOfKind } from '../../kube/names.ts';
import { useLive } from '../../live/use-live.ts';
import { viewByKind } from '../../pages/find-view.ts';
import { confirmDelete } from '../delete/confirm-delete.tsx';
import type { DetailsTab } from '../details/tabs.ts';
import type { Command } from './commands.ts';

const MOST = 40;

/** Objects whose name fits, with what can be done to them. */
export function useObjectCommands(cluster: string | undefined, query: string): Command[] {
  const navigate = useNavigate();
  const at = cluster ?? '';
  const lists = [
    useLive(at, pods),
    useLive(at, deployments),
    useLive(at, services),
    useLive(at, nodes),
    useLive(at, namespaces),
    useLive(at, configMaps),
    useLive(at, jobs),
  ].map((live) => live.items);
  const all = lists.flat() as KubeObject[];
  const count = all.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the lists are new arrays each time; their contents decide
  return useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!cluster || words.length === 0) return [];
    const fitting = all.filter((object) => words.some((word) => object.metadata.name?.includes(word))).slice(0, MOST);
    return fitting.flatMap((object) =>
      commandsOf(cluster, object, (address) => void navigate({ to: '/c/$cluster/$kind/$namespace/$name', ...address })),
    );
  }, [cluster, query, count, navigate, ...lists]);
}

interface Address {
  params: { cluster: string; kind: string; namespace: string; name: string };
  search?: { tab: DetailsTab };
}

function commandsOf(cluster: string, object: KubeObject, open: (address: Address) => void): Command[] {
  const view = viewByKind(object.kind ?? '', object.apiVersion);
  if (!view) return [];
  const { name = '', namespace, uid = name } = object.metadata;
  const hint = `${view.resource.kind}${namespace ? ` in ${namespace}` : ''}`;
  const params = { cluster, kind: pathOfKind(view.resource), namespace: namespaceInPath(namespace), name };
  const action = (id: string, label: string, icon: LucideIcon, run: () => void): Command => ({
    id: `${uid} ${id}`,
    group: 'actions',
    label: `${label.replace('…', '')} ${name}`,
    hint,
    icon,
    run,
  });
  const offered = (view.actions ?? []).filter((each) => each.available?.(object) ?? true);
  return [
    { id: uid, group: 'objects', label: name, hint, icon: view.icon, run: () => open({ params }) },
    ...offered.map((each) => action(each.id, each.label, each.icon, () => each.run({ cluster, object }))),
    action('yaml', t('actions.editYaml'), FilePen, () => open({ params, search: { tab: 'yaml' } })),
    ...(view.deletable === false
      ? []
      : [action('delete', t('actions.delete'), Trash2, () => confirmDelete({ cluster, resource: view.resource, objects: [object] }))]),
  ];
}
