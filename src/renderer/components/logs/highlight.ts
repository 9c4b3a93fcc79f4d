export interface TextPart {
  text: string;
  hit: boolean;
}

/** Cuts a text where `needle` occurs, whatever the case. */
export function highlight(text: string, needle: string): TextPart[] {
  const lower = text.toLowerCase();
  const wanted = needle.toLowerCase();
  const parts: TextPart[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0 && wanted; at = lower.indexOf(wanted, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), hit: false });
    parts.push({ text: text.slice(at, at + wanted.length), hit: true });
    from = at + wanted.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), hit: false });
  return parts;
}
