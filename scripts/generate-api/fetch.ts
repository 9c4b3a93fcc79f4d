import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian packages with the Go sources that define the Kubernetes API. */
const PACKAGES = ['golang-k8s-api-dev', 'golang-k8s-apimachinery-dev', 'golang-k8s-apiextensions-apiserver-dev', 'golang-k8s-metrics-dev'];

const SUITES = ['forky', 'sid'];

/** Unpacks the sources into `folder` unless they are there; returns the path of `gocode/src`. */
export function fetchSources(folder: string): string {
  const source = join(folder, 'usr/share/gocode/src');
  if (existsSync(join(source, 'k8s.io/metrics'))) return source;
  const work = join(tmpdir(), `generate-api-${process.pid}`);
  mkdirSync(join(work, 'lists/partial'), { recursive: true });
  mkdirSync(join(work, 'archives/partial'), { recursive: true });
  mkdirSync(folder, { recursive: true });
  try {
    const options = aptOptions(work);
    execFileSync('apt-get', [...options, 'update'], { stdio: 'inherit' });
    execFileSync('apt-get', [...options, 'download', ...PACKAGES], { cwd: work, stdio: 'inherit' });
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
      execFileSync('dpkg-deb', ['-x', join(work, file), folder]);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return source;
}

/** A private apt: its own lists and cache, the machine's mirror, so that nothing installed is touched. */
function aptOptions(work: string): string[] {
  const list = join(work, 'sources.list');
  const mirror = debianMirror();
  writeFileSync(list, SUITES.map((suite) => `deb [trusted=yes] ${mirror} ${suite} main\n`).join(''));
  const settings = {
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(work, 'lists'),
    'Dir::Cache': work,
    'Acquire::Check-Valid-Until': 'false',
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

/** The Debian mirror this machine uses, from either style of apt's source files. */
function debianMirror(): string {
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [])];
  for (const file of files.filter((name) => existsSync(name))) {
    const found = /^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(\S+\/debian\/?)(?:\s|$)/m.exec(readFileSync(file, 'utf8'));
    if (found?.[1]) return found[1];
  }
  throw new Error("no Debian mirror in this machine's apt sources");
}
