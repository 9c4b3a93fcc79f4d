import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unpackDebianPackages } from '../setup/debian-archive.ts';

/** Debian packages with the Go sources that define the Kubernetes API. */
const PACKAGES = ['golang-k8s-api-dev', 'golang-k8s-apimachinery-dev', 'golang-k8s-apiextensions-apiserver-dev', 'golang-k8s-metrics-dev'];

const SUITES = ['forky', 'sid'];

/** Unpacks the sources into `folder` unless they are there; returns the path of `gocode/src`. */
export async function fetchSources(folder: string): Promise<string> {
  const source = join(folder, 'usr/share/gocode/src');
  if (!existsSync(join(source, 'k8s.io/metrics'))) await unpackDebianPackages(PACKAGES, SUITES, folder);
  return source;
}
