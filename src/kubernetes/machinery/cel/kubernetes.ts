/** The environment that Kubernetes 1.36 gives to all of its expressions. */

import type { CompiledExpression } from './compile.ts';
import { type CostNode, estimateCost } from './cost/estimate.ts';
import { kubernetesCallCosts } from './cost/kubernetes.ts';
import { estimateKubernetesCall } from './cost/kubernetes-estimates.ts';
import type { Range } from './cost/range.ts';
import { Environment } from './environment.ts';
import { comprehensionLibrary } from './library/comprehension-macros.ts';
import { authorizerLibrary } from './library/kubernetes/authorizer.ts';
import { cidrLibrary } from './library/kubernetes/cidr.ts';
import { formatLibrary } from './library/kubernetes/format.ts';
import { ipLibrary } from './library/kubernetes/ip.ts';
import { listsLibrary } from './library/kubernetes/lists.ts';
import { quantityLibrary } from './library/kubernetes/quantity.ts';
import { regexLibrary } from './library/kubernetes/regex.ts';
import { semverLibrary } from './library/kubernetes/semver.ts';
import { urlsLibrary } from './library/kubernetes/urls.ts';
import { listExtensionLibrary } from './library/lists.ts';
import { optionalLibrary } from './library/optionals.ts';
import { setsLibrary } from './library/sets.ts';
import { standardLibrary } from './library/standard/standard.ts';
import { stringsLibrary } from './library/strings.ts';

/** Without variables; {@link Environment.extend} adds those of a place where expressions stand. */
export const kubernetesEnvironment = new Environment({
  libraries: [
    standardLibrary,
    urlsLibrary,
    regexLibrary,
    listsLibrary,
    authorizerLibrary,
    optionalLibrary,
    quantityLibrary,
    stringsLibrary,
    setsLibrary,
    ipLibrary,
    cidrLibrary,
    formatLibrary,
    comprehensionLibrary,
    semverLibrary,
    listExtensionLibrary,
  ],
  crossTypeComparisons: true,
  optionalSyntax: true,
  checkLiterals: true,
  foldConstants: true,
  presenceCost: 0,
  callCosts: kubernetesCallCosts,
});

/** The bounds of what an expression may cost; `sizeOf` tells how large the data it is given can be. */
export function estimateKubernetesCost({ parsed, checked }: CompiledExpression, sizeOf?: (node: CostNode) => Range | undefined): Range {
  return estimateCost(parsed, checked, { estimateCall: estimateKubernetesCall, presenceCost: 0, sizeOf });
}
