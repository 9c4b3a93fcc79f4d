import { objectHref } from '../../kube/names.ts';
import { pagedKind } from '../../kube/paged-kinds.ts';

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
  const type = pagedKind(kind, apiVersion);
  if (!type) return <span className="truncate">{children ?? name}</span>;
  const inside = type.namespaced ? namespace : undefined;
  return (
    // A plain link, not the router's: a list draws hundreds of them while it scrolls.
    <a href={objectHref(cluster, type, inside, name)} className="truncate" onClick={(event) => event.stopPropagation()}>
      {children ?? name}
    </a>
  );
}
