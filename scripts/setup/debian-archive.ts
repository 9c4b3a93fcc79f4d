import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianMirror } from '../node-image/debian-mirror.ts';
import { run } from './run.ts';

/**
 * Unpacks Debian packages of other suites than the machine's own into `folder`, through a private apt with its own
 * lists and cache: nothing that is installed is touched, no maintainer script runs.
 */
export async function unpackDebianPackages(packages: readonly string[], suites: readonly string[], folder: string): Promise<void> {
  const mirror = await debianMirror();
  if (!mirror) throw new Error("There is no Debian mirror in this machine's apt sources; set SLIPWAY_DEBIAN_MIRROR.");
  const work = await mkdtemp(join(tmpdir(), 'slipway-apt-'));
  try {
    await Promise.all(['lists/partial', 'archives/partial'].map((name) => mkdir(join(work, name), { recursive: true })));
    const list = join(work, 'sources.list');
    await writeFile(list, suites.map((suite) => `deb ${mirror} ${suite} main\n`).join(''));
    const settings = {
      'Dir::Etc::sourcelist': list,
      'Dir::Etc::sourceparts': '-',
      'Dir::State::lists': join(work, 'lists'),
      'Dir::Cache': work,
      // Blind to what is installed: a newer package of another origin would hide the one asked for.
      'Dir::State::status': '/dev/null',
      // The index of a frozen mirror is past its date; signatures are checked all the same.
      'Acquire::Check-Valid-Until': 'false',
      'Acquire::Languages': 'none',
      'APT::Sandbox::User': 'root',
    };
    const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    await run('apt-get', [...options, 'update']);
    await run('apt-get', [...options, 'download', ...packages], { cwd: work });
    await mkdir(folder, { recursive: true });
    for (const file of (await readdir(work)).filter((name) => name.endsWith('.deb')))
      await run('dpkg-deb', ['-x', join(work, file), folder]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
