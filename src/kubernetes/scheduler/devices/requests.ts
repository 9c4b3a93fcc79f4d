import type {
  DeviceClass,
  DeviceRequest,
  DeviceSelector,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
  ResourceClaim,
} from '../../api/generated/resource-v1.ts';

/** One way in which a request can be satisfied. */
export interface Alternative {
  /** `request`, or `request/subrequest`. */
  readonly name: string;
  readonly deviceClass: DeviceClass;
  readonly selectors: readonly DeviceSelector[];
  /** How many devices; undefined for all there are. */
  readonly count: number | undefined;
  readonly adminAccess: boolean;
  readonly tolerations: readonly DeviceToleration[];
  /** How much of devices that are shared. */
  readonly capacity: Readonly<Record<string, string>>;
}

/** Why a request can be satisfied nowhere. */
export class RequestFault {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

type Classes = (name: string) => DeviceClass | undefined;

/** The requests of a claim, each with its alternatives, the preferred one first. */
export function requestsOf(claim: ResourceClaim, classes: Classes): Alternative[][] | RequestFault {
  const requests: Alternative[][] = [];
  for (const request of claim.spec.devices?.requests ?? []) {
    const alternatives = alternativesOf(request, classes);
    if (alternatives instanceof RequestFault) return alternatives;
    requests.push(alternatives);
  }
  return requests;
}

function alternativesOf({ name, exactly, firstAvailable }: DeviceRequest, classes: Classes): Alternative[] | RequestFault {
  const wanted: readonly (readonly [string, ExactDeviceRequest | DeviceSubRequest])[] = exactly
    ? [[name, exactly]]
    : (firstAvailable ?? []).map((subrequest) => [`${name}/${subrequest.name}`, subrequest] as const);
  const alternatives: Alternative[] = [];
  for (const [path, request] of wanted) {
    const deviceClass = classes(request.deviceClassName);
    if (!deviceClass) return new RequestFault(`request ${path}: device class ${request.deviceClassName} does not exist`);
    alternatives.push({
      name: path,
      deviceClass,
      selectors: [...(deviceClass.spec.selectors ?? []), ...(request.selectors ?? [])],
      count: request.allocationMode === 'All' ? undefined : (request.count ?? 1),
      adminAccess: 'adminAccess' in request && request.adminAccess === true,
      tolerations: request.tolerations ?? [],
      capacity: request.capacity?.requests ?? {},
    });
  }
  return alternatives;
}

/** Whether a reference of a claim (`request`, `request/subrequest`, or none at all) means the alternative. */
export function concerns(references: readonly string[] | undefined, { name }: Alternative): boolean {
  return !references?.length || references.includes(name) || references.includes(name.split('/')[0] ?? '');
}
