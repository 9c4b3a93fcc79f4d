import type { PolicyRule } from '../../../api/generated/rbac-v1.ts';
import { nodeIdentity } from '../../authentication/identities.ts';
import type { UserInfo } from '../../request.ts';
import { type AuthorizationAttributes, type Authorizer, allow, type Decision, type KnownRules, noOpinion } from '../authorizer.ts';
import { ruleAllows } from '../rbac/policy-rule.ts';
import type { NodeGraph } from './node-graph.ts';

const LEASE_NAMESPACE = 'kube-node-lease';
const OWN_OBJECT_VERBS = ['get', 'create', 'update', 'patch', 'delete'];

type Rule = (nodeName: string, request: AuthorizationAttributes) => Decision;

/** Lets a kubelet at the objects of its own node and of the pods on it, and at nothing else. */
export class NodeAuthorizer implements Authorizer {
  readonly name = 'Node';
  readonly #graph: NodeGraph;
  readonly #uniformRules: readonly PolicyRule[];
  readonly #rules: ReadonlyMap<string, Rule>;

  /** `uniformRules`: what every node may do with resources that do not belong to one node. */
  constructor(graph: NodeGraph, uniformRules: readonly PolicyRule[]) {
    this.#graph = graph;
    this.#uniformRules = uniformRules;
    const readOne: Rule = (node, request) => this.#readNamespaced(node, request);
    const getOne: Rule = (node, request) => this.#get(node, request);
    this.#rules = new Map<string, Rule>([
      ['secrets', readOne],
      ['configmaps', readOne],
      [
        'persistentvolumeclaims',
        (node, request) => (request.subresource === 'status' ? this.#updateStatus(node, request) : this.#get(node, request)),
      ],
      ['persistentvolumes', getOne],
      ['resourceclaims.resource.k8s.io', getOne],
      ['volumeattachments.storage.k8s.io', getOne],
      ['serviceaccounts', (node, request) => this.#createToken(node, request)],
      ['leases.coordination.k8s.io', lease],
      ['csinodes.storage.k8s.io', csiNode],
      ['resourceslices.resource.k8s.io', (node, request) => this.#resourceSlice(node, request)],
      ['nodes', ownNode],
      ['pods', (node, request) => this.#pod(node, request)],
    ]);
  }

  authorize(request: AuthorizationAttributes): Decision {
    const identity = nodeIdentity(request.user);
    if (!identity) return noOpinion();
    if (!identity.nodeName) return noOpinion(`unknown node for user "${request.user.username}"`);
    const rule = request.isResourceRequest
      ? this.#rules.get(request.group ? `${request.resource}.${request.group}` : request.resource)
      : undefined;
    if (rule) return rule(identity.nodeName, request);
    return this.#uniformRules.some((uniform) => ruleAllows(uniform, request)) ? allow() : noOpinion();
  }

  rulesFor(user: UserInfo): KnownRules {
    if (!nodeIdentity(user)) return { resourceRules: [], nonResourceRules: [], incomplete: false };
    return {
      resourceRules: [],
      nonResourceRules: [],
      incomplete: true,
      evaluationError: 'node authorizer does not support user rule resolution',
    };
  }

  #updateStatus(node: string, request: AuthorizationAttributes): Decision {
    if (request.verb !== 'update' && request.verb !== 'patch') return noOpinion('can only get/update/patch this type');
    return this.#related(node, request);
  }

  #get(node: string, request: AuthorizationAttributes): Decision {
    if (request.verb !== 'get') return noOpinion('can only get individual resources of this type');
    if (request.subresource) return noOpinion('cannot get subresource');
    return this.#related(node, request);
  }

  #readNamespaced(node: string, request: AuthorizationAttributes): Decision {
    if (!['get', 'list', 'watch'].includes(request.verb)) return noOpinion('can only read resources of this type');
    if (request.subresource) return noOpinion('cannot read subresource');
    if (!request.namespace) return noOpinion('can only read namespaced object of this type');
    return this.#related(node, request);
  }

  #related(node: string, request: AuthorizationAttributes): Decision {
    if (!request.name) return noOpinion('No Object name found');
    if (this.#graph.reaches(node, request.resource, request.namespace, request.name)) return allow();
    return noOpinion(`no relationship found between node '${node}' and this object`);
  }

  #createToken(node: string, request: AuthorizationAttributes): Decision {
    if (request.verb !== 'create' || !request.name) return noOpinion('can only create tokens for individual service accounts');
    if (request.subresource !== 'token') return noOpinion('can only create token subresource of serviceaccount');
    return this.#related(node, request);
  }

  #resourceSlice(node: string, request: AuthorizationAttributes): Decision {
    if (request.subresource) return noOpinion('cannot authorize ResourceSlice subresources');
    // Whose slice it is stands in the object: NodeRestriction looks at it.
    if (request.verb === 'create') return allow();
    if (['get', 'update', 'patch', 'delete'].includes(request.verb)) return this.#related(node, request);
    if (!['watch', 'list', 'deletecollection'].includes(request.verb)) {
      return noOpinion(
        'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
      );
    }
    return selects(request, 'nodeName', node)
      ? allow()
      : noOpinion('can only list/watch/deletecollection resourceslices with nodeName field selector');
  }

  #pod(node: string, request: AuthorizationAttributes): Decision {
    const { verb, subresource } = request;
    if (subresource === 'status') return verb === 'update' || verb === 'patch' ? allow() : noOpinion();
    if (subresource === 'eviction') return verb === 'create' ? allow() : noOpinion();
    if (subresource !== '') return noOpinion();
    // Which pods a node may make and remove is NodeRestriction's business: it sees the object.
    if (verb === 'create' || verb === 'delete') return allow();
    if (verb === 'get') return this.#get(node, request);
    return verb === 'list' || verb === 'watch' ? this.#listPods(node, request) : noOpinion();
  }

  #listPods(node: string, request: AuthorizationAttributes): Decision {
    if (selects(request, 'spec.nodeName', node)) return allow();
    if (request.name) return this.#related(node, request);
    return noOpinion('can only list/watch pods with spec.nodeName field selector');
  }
}

function selects({ fieldSelector }: AuthorizationAttributes, field: string, value: string): boolean {
  return (
    fieldSelector?.some(({ key, operator, values }) => key === field && operator === 'In' && values.length === 1 && values[0] === value) ??
    false
  );
}

function lease(node: string, request: AuthorizationAttributes): Decision {
  if (!OWN_OBJECT_VERBS.includes(request.verb)) return noOpinion('can only get, create, update, patch, or delete a node lease');
  if (request.namespace !== LEASE_NAMESPACE) return noOpinion(`can only access leases in the "${LEASE_NAMESPACE}" system namespace`);
  if (request.verb !== 'create' && request.name !== node)
    return noOpinion('can only access node lease with the same name as the requesting node');
  return allow();
}

function csiNode(node: string, request: AuthorizationAttributes): Decision {
  if (!OWN_OBJECT_VERBS.includes(request.verb)) return noOpinion('can only get, create, update, patch, or delete a CSINode');
  if (request.subresource) return noOpinion('cannot authorize CSINode subresources');
  if (request.verb !== 'create' && request.name !== node)
    return noOpinion('can only access CSINode with the same name as the requesting node');
  return allow();
}

/** Names are compared without the graph: a kubelet reads its node before it creates it. */
function ownNode(node: string, { verb, subresource, name }: AuthorizationAttributes): Decision {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? allow() : noOpinion();
  if (subresource !== '') return noOpinion();
  if (['create', 'update', 'patch'].includes(verb)) return allow();
  if (!['get', 'list', 'watch'].includes(verb)) return noOpinion();
  if (name === node) return allow();
  if (!name) return noOpinion(`node '${node}' cannot read all nodes, only its own Node object`);
  return noOpinion(`node '${node}' cannot read '${name}', only its own Node object`);
}
