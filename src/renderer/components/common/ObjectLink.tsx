import { objectHref } from '../../kube/names.ts';
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
  const inside = view.resource.namespaced ? namespace : undefined;
  return (
    // A plain link, not the router's: a list draws hundreds of them while it scrolls.
    <a href={objectHref(cluster, view.resource, inside, name)} className="truncate" onClick={(event) => event.stopPropagation()}>
      {children ?? name}
    </a>
  );
}
