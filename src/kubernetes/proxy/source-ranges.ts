import { BlockList } from 'node:net';

/** The ranges without those inside another one; the kernel takes no two elements that overlap. */
export function outermostRanges(ranges: readonly string[]): string[] {
  const byWidth = ranges.map(parse).sort((a, b) => a.bits - b.bits);
  const covered = new BlockList();
  const kept: string[] = [];
  for (const { network, bits } of byWidth) {
    if (covered.check(network)) continue;
    if (bits === 0) return ['0.0.0.0/0'];
    covered.addSubnet(network, bits);
    kept.push(`${network}/${bits}`);
  }
  return kept;
}

function parse(range: string): { network: string; bits: number } {
  const [network = '', bits = '32'] = range.split('/');
  return { network, bits: Number(bits) };
}
