/** A Go package of upstream's API and where its types go. */
export interface SourcePackage {
  /** Go import path below the unpacked `gocode/src`. */
  readonly path: string;
  /** Prefix of the OpenAPI definition names, `io.k8s.api.core.v1`. */
  readonly prefix: string;
  /** API group; undefined for packages that serve no kinds. */
  readonly group: string | undefined;
  readonly version: string;
  /** Name of the generated module, `core-v1`. */
  readonly module: string;
}

const api = (folder: string, group: string, version = 'v1'): SourcePackage => ({
  path: `k8s.io/api/${folder}/${version}`,
  prefix: `io.k8s.api.${folder}.${version}`,
  group,
  version,
  module: `${folder}-${version}`,
});

/** The packages whose kinds Kubernetes 1.36 serves by default, the order in which discovery lists them. */
export const SERVED_PACKAGES: readonly SourcePackage[] = [
  api('core', ''),
  {
    path: 'k8s.io/kube-aggregator/pkg/apis/apiregistration/v1',
    prefix: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1',
    group: 'apiregistration.k8s.io',
    version: 'v1',
    module: 'apiregistration-v1',
  },
  api('apps', 'apps'),
  api('events', 'events.k8s.io'),
  api('authentication', 'authentication.k8s.io'),
  api('authorization', 'authorization.k8s.io'),
  api('autoscaling', 'autoscaling', 'v2'),
  api('autoscaling', 'autoscaling'),
  api('batch', 'batch'),
  api('certificates', 'certificates.k8s.io'),
  api('networking', 'networking.k8s.io'),
  api('policy', 'policy'),
  api('rbac', 'rbac.authorization.k8s.io'),
  api('storage', 'storage.k8s.io'),
  api('admissionregistration', 'admissionregistration.k8s.io'),
  {
    path: 'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1',
    prefix: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
    group: 'apiextensions.k8s.io',
    version: 'v1',
    module: 'apiextensions-v1',
  },
  api('scheduling', 'scheduling.k8s.io'),
  api('coordination', 'coordination.k8s.io'),
  api('node', 'node.k8s.io'),
  api('discovery', 'discovery.k8s.io'),
  api('resource', 'resource.k8s.io'),
  api('flowcontrol', 'flowcontrol.apiserver.k8s.io'),
];

/** Kinds that are not served by the API server itself but spoken by it or by our add-ons. */
const SPOKEN_PACKAGES: readonly SourcePackage[] = [
  api('admission', 'admission.k8s.io'),
  api('apidiscovery', 'apidiscovery.k8s.io', 'v2'),
  {
    path: 'k8s.io/metrics/pkg/apis/metrics/v1beta1',
    prefix: 'io.k8s.metrics.pkg.apis.metrics.v1beta1',
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    module: 'metrics-v1beta1',
  },
];

/** Types that the kinds are made of. */
const SHARED_PACKAGES: readonly SourcePackage[] = [
  {
    path: 'k8s.io/apimachinery/pkg/apis/meta/v1',
    prefix: 'io.k8s.apimachinery.pkg.apis.meta.v1',
    group: undefined,
    version: 'v1',
    module: 'meta-v1',
  },
];

const machinery = (path: string): SourcePackage => ({
  path: `k8s.io/apimachinery/pkg/${path}`,
  prefix: `io.k8s.apimachinery.pkg.${path.replaceAll('/', '.')}`,
  group: undefined,
  version: '',
  module: path,
});

/** Types that are no structs on the wire; only their comments are of use. */
export const SPECIAL_PACKAGES: readonly SourcePackage[] = ['api/resource', 'util/intstr', 'runtime', 'version'].map(machinery);

export const ALL_PACKAGES: readonly SourcePackage[] = [...SHARED_PACKAGES, ...SERVED_PACKAGES, ...SPOKEN_PACKAGES];
