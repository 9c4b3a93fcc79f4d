/** The `nameserver` lines of a resolv.conf. */
export function nameserversOf(text: string): string[] {
  return text.split('\n').flatMap((line) => /^\s*nameserver\s+([0-9a-fA-F.:]+)/.exec(line)?.[1] ?? []);
}
