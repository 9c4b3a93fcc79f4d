import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../machinery/validation/names.ts';
import type { HostAlias, PodDNSConfig, PodSpec } from '../generated/core-v1.ts';
import { ipRules } from './addresses.ts';

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

/** On the node's network a container's port is the node's. Templates may leave it open. */
export function* hostNetworkRules(spec: PodSpec, isPod: boolean, path: string): Iterable<FieldError> {
  if (!spec.hostNetwork) return;
  for (const [at, { ports = [] }] of (spec.containers ?? []).entries()) {
    for (const [index, { hostPort = 0, containerPort }] of (ports ?? []).entries()) {
      if ((isPod || hostPort !== 0) && hostPort !== containerPort) {
        yield invalidValue(
          `${path}.containers[${at}].ports[${index}].hostPort`,
          hostPort,
          'must match `containerPort` when `hostNetwork` is true',
        );
      }
    }
  }
}

export function* dnsPolicyRules(policy: string | undefined, path: string): Iterable<FieldError> {
  if (!policy) yield required(path);
  else if (!DNS_POLICIES.includes(policy)) yield notSupported(path, policy, DNS_POLICIES);
}

/** Faults of a pod's own resolver settings. */
export function* dnsConfigRules(config: PodDNSConfig | undefined, policy: string | undefined, path: string): Iterable<FieldError> {
  if (policy === 'None' && !config) yield required(path, 'must provide `dnsConfig` when `dnsPolicy` is None');
  if (!config) return;
  const { nameservers = [], searches = [], options = [] } = config;
  if (policy === 'None' && !nameservers?.length)
    yield required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None');
  if (nameservers.length > MAX_NAMESERVERS)
    yield invalidValue(`${path}.nameservers`, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`);
  for (const [index, address] of nameservers.entries()) yield* ipRules(address, `${path}.nameservers[${index}]`);
  yield* searchRules(searches, `${path}.searches`);
  for (const [index, { name }] of options.entries()) if (!name) yield required(`${path}.options[${index}]`, 'must not be empty');
}

function* searchRules(searches: readonly string[], path: string): Iterable<FieldError> {
  if (searches.length > MAX_SEARCHES) yield invalidValue(path, searches, `must not have more than ${MAX_SEARCHES} search paths`);
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS) {
    yield invalidValue(path, searches, `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`);
  }
  for (const [index, search] of searches.entries()) {
    if (search === '.') continue;
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    yield* complaints(`${path}[${index}]`, name, searchComplaints(name));
  }
}

const SEARCH = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*';
const SEARCH_RE = new RegExp(`^${SEARCH}$`);
const SEARCH_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character " +
  `(e.g. 'example.com', regex used for validation is '${SEARCH}')`;

/** Search domains may have underscores where names may not. */
const searchComplaints = (name: string): string[] => [
  ...(name.length > 253 ? ['must be no more than 253 characters'] : []),
  ...(SEARCH_RE.test(name) ? [] : [SEARCH_TEXT]),
];

export function* hostAliasRules(aliases: readonly HostAlias[], path: string): Iterable<FieldError> {
  for (const [index, { ip = '', hostnames = [] }] of aliases.entries()) {
    yield* ipRules(ip, `${path}[${index}].ip`);
    for (const [at, name] of (hostnames ?? []).entries())
      yield* complaints(`${path}[${index}].hostnames[${at}]`, name, isDns1123Subdomain(name));
  }
}
