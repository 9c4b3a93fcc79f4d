import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../machinery/validation/names.ts';
import type { PodSpec, WindowsSecurityContextOptions } from '../generated/core-v1.ts';

const MAX_SPEC_KIB = 64;
const MAX_DOMAIN = 256;
const MAX_USER = 104;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\x00-\x1f\x7f]/;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS = /^[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*$/;
const BAD_USER = /["/\\:;|=,+*?<>@[\]]/;

/** Options of Windows containers: kept and checked, though no node here runs them. */
export function* windowsOptionRules(options: WindowsSecurityContextOptions | undefined, path: string): Iterable<FieldError> {
  if (!options) return;
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (name !== undefined) yield* complaints(`${path}.gmsaCredentialSpecName`, name, isDns1123Subdomain(name));
  if (spec === '') yield invalidValue(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string');
  else if (spec !== undefined && spec.length > MAX_SPEC_KIB * 1024)
    yield invalidValue(`${path}.gmsaCredentialSpec`, spec, `gmsaCredentialSpec size must be under ${MAX_SPEC_KIB} KiB`);
  if (user !== undefined) for (const complaint of userComplaints(user)) yield invalidValue(`${path}.runAsUserName`, user, complaint);
}

function* userComplaints(name: string): Iterable<string> {
  const parts = name.split('\\');
  if (name === '') yield 'runAsUserName cannot be an empty string';
  else if (CONTROL.test(name)) yield 'runAsUserName cannot contain control characters';
  else if (parts.length > 2) yield 'runAsUserName cannot contain more than one backslash';
  else yield* accountComplaints(parts.length === 2 ? parts[0] : undefined, parts.at(-1) ?? '');
}

function* accountComplaints(domain: string | undefined, user: string): Iterable<string> {
  if (domain !== undefined && domain.length >= MAX_DOMAIN) yield `runAsUserName's Domain length must be under ${MAX_DOMAIN} characters`;
  if (domain !== undefined && !NETBIOS.test(domain) && !DNS.test(domain))
    yield "runAsUserName's Domain doesn't match the NetBios nor the DNS format";
  if (user === '') yield "runAsUserName's User cannot be empty";
  else if (user.length > MAX_USER) yield `runAsUserName's User length must not be longer than ${MAX_USER} characters`;
  if (BAD_USER.test(user)) yield 'runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]';
}

/** Containers that share the host's processes cannot stand beside others. */
export function* hostProcessRules(spec: PodSpec, path: string): Iterable<FieldError> {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  const flags = containers.map(({ securityContext }) => securityContext?.windowsOptions?.hostProcess);
  for (const flag of flags) {
    if (ofPod !== undefined && flag !== undefined && flag !== ofPod) {
      yield invalidValue(
        `${path}.containers.securityContext.windowsOptions.hostProcess`,
        flag,
        `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
      );
    }
  }
  const sharing = flags.filter((flag) => flag ?? ofPod ?? false).length;
  if (sharing === 0) return;
  if (sharing !== containers.length)
    yield invalidValue(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers');
  if (!spec.hostNetwork)
    yield invalidValue(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers');
}
