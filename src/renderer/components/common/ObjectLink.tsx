import { Link } from '@tanstack/react-router';
import { namespaceInPath, pathOfKind } from '../../kube/names.ts';
import { viewByKind } from '../../pages/find-view.ts';

interface Props {
  cluster: string;
  kind: string;
  apiVersion?: string | undefined;
  namespace?: string | undefined;
  name: string;
  /** Default: the name. */
  children?: React.ReactNode;
}

/** Leads to an object's details; plain text for kinds without a page. */
export function ObjectLink({ cluster, kind, apiVersion, namespace, name, children }: Props) {
  const view = viewByKind(kind, apiVersion);
  if (!view) return <span className="truncate">{children ?? name}</span>;
  const params = {
    cluster,
    kind: pathOfKind(view.resource),
    namespace: namespaceInPath(view.resource.namespaced ? namespace : undefined),
    name,
  };
  return (
    <Link to="/c/$cluster/$kind/$namespace/$name" params={params} className="truncate" onClick={(event) => event.stopPropagation()}>
      {children ?? name}
    </Link>
  );
}
