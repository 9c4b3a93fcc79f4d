import type { Registry } from 'prom-client';
import { TallyCounter } from '../metrics/tally-counter.ts';

/** What kind of token somebody came with. */
export type TokenUse =
  | 'valid_tokens'
  | 'stale_tokens'
  | 'legacy_tokens'
  | 'legacy_auto_token_uses'
  | 'legacy_manual_token_uses'
  | 'invalid_legacy_auto_token_uses';

const HELP: Readonly<Record<TokenUse, string>> = {
  valid_tokens: 'Bound tokens used before they should have been renewed.',
  stale_tokens: 'Bound tokens used after they should have been renewed.',
  legacy_tokens: 'Tokens of Secrets used.',
  legacy_auto_token_uses: 'Tokens used of Secrets that the cluster made.',
  legacy_manual_token_uses: 'Tokens used of Secrets that somebody made.',
  invalid_legacy_auto_token_uses: 'Tokens that somebody tried to use after the cluster had retired them.',
};

/** `serviceaccount_*_total`; shown from the beginning. */
export function tokenUses(registry: Registry): (use: TokenUse) => void {
  const tallies = Object.entries(HELP).map(([use, help]) => {
    const counter = new TallyCounter({ name: `serviceaccount_${use}_total`, help, registers: [registry] });
    return [use as TokenUse, counter.of()] as const;
  });
  const byUse = new Map(tallies);
  return (use) => byUse.get(use)?.inc();
}
