import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useCallback } from 'react';
import { type KubeObject, keyOf } from '../../kubernetes/machinery/meta.ts';
import { SplitView } from '../components/details/SplitView.tsx';
import { ResourceTable } from '../components/resource-table/ResourceTable.tsx';
import { namespaceFromPath, namespaceInPath } from '../kube/names.ts';
import { NotFound } from '../layout/PageError.tsx';
import { viewByPath } from './find-view.ts';

/** The list of one kind; beside it, where the address names an object, that object's details. */
export function KindPage() {
  const { cluster, kind } = useParams({ from: '/c/$cluster/$kind' });
  const { namespace, name } = useParams({ strict: false });
  const navigate = useNavigate();
  const view = viewByPath(kind);
  const onOpen = useCallback(
    (object: KubeObject) => {
      const params = { cluster, kind, namespace: namespaceInPath(object.metadata.namespace), name: object.metadata.name ?? '' };
      void navigate({ to: '/c/$cluster/$kind/$namespace/$name', params });
    },
    [cluster, kind, navigate],
  );
  if (!view) return <NotFound />;
  const openKey = namespace && name ? keyOf({ metadata: { namespace: namespaceFromPath(namespace), name } }) : undefined;
  return (
    <SplitView
      key={`${cluster}/${kind}`}
      list={<ResourceTable cluster={cluster} view={view} openKey={openKey} onOpen={onOpen} />}
      details={openKey === undefined ? undefined : <Outlet />}
    />
  );
}
