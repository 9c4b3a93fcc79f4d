import type { Container, EphemeralContainer, PodSpec, ServiceAccount } from '../../api/generated/core-v1.ts';

/** What a pod uses that its account, which says that only its own secrets may be mounted, does not list. */
export function mountableSecretFault(account: ServiceAccount, spec: PodSpec, ephemeralOnly: boolean): string | undefined {
  const allowed = new Set((account.secrets ?? []).map((secret) => secret.name ?? ''));
  const name = account.metadata.name ?? '';
  if (ephemeralOnly) return containersFault('ephemeral container', spec.ephemeralContainers, allowed, name);
  return (
    volumesFault(spec, allowed, name) ??
    containersFault('init container', spec.initContainers, allowed, name) ??
    containersFault('container', spec.containers, allowed, name) ??
    pullSecretsFault(account, spec)
  );
}

function volumesFault(spec: PodSpec, allowed: ReadonlySet<string>, account: string): string | undefined {
  const wrong = spec.volumes?.find((volume) => volume.secret && !allowed.has(volume.secret.secretName ?? ''));
  if (!wrong) return undefined;
  return `volume with secret.secretName="${wrong.secret?.secretName}" is not allowed because service account ${account} does not reference that secret`;
}

function containersFault(
  what: string,
  containers: readonly (Container | EphemeralContainer)[] | undefined,
  allowed: ReadonlySet<string>,
  account: string,
): string | undefined {
  const reason = `is not allowed because service account ${account} does not reference that secret`;
  for (const container of containers ?? []) {
    for (const { name, valueFrom } of container.env ?? []) {
      const secret = valueFrom?.secretKeyRef;
      if (secret && !allowed.has(secret.name ?? ''))
        return `${what} ${container.name} with envVar ${name} referencing secret.secretName="${secret.name}" ${reason}`;
    }
    for (const { secretRef } of container.envFrom ?? []) {
      if (secretRef && !allowed.has(secretRef.name ?? ''))
        return `${what} ${container.name} with envFrom referencing secret.secretName="${secretRef.name}" ${reason}`;
    }
  }
  return undefined;
}

function pullSecretsFault(account: ServiceAccount, spec: PodSpec): string | undefined {
  const allowed = new Set((account.imagePullSecrets ?? []).map((secret) => secret.name));
  const index = (spec.imagePullSecrets ?? []).findIndex((secret) => !allowed.has(secret.name));
  if (index < 0) return undefined;
  const name = spec.imagePullSecrets?.[index]?.name;
  return `imagePullSecrets[${index}].name="${name}" is not allowed because service account ${account.metadata.name} does not reference that imagePullSecret`;
}
