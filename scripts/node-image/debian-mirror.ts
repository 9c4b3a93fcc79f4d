import { run } from '../setup/run.ts';

/**
 * The Debian mirror this machine's apt uses, so that the image comes from wherever the machine's own packages come
 * from; undefined leaves the choice to mmdebstrap (other distributions).
 */
export async function debianMirror(): Promise<string | undefined> {
  const chosen = process.env.SLIPWAY_DEBIAN_MIRROR;
  if (chosen) return chosen;
  const targets = await run('apt-get', ['indextargets', '--format', '$(ORIGIN) $(RELEASE) $(REPO_URI)']).catch(() => '');
  for (const line of targets.split('\n')) {
    const [origin, release = '', uri] = line.split(' ');
    const suite = !release.includes('-');
    if (origin === 'Debian' && suite && uri) return uri;
  }
  return undefined;
}
