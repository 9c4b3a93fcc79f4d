import type { JsonNode } from './json-text.ts';

/** Members that an object has more than once, in the order of the text: `spec.items[0].name`. */
export function repeatedMembers(node: JsonNode): string[] {
  const found = new Set<string>();
  walk(node, '', found);
  return [...found];
}

function walk(node: JsonNode, path: string, found: Set<string>): void {
  if (node.kind === 'array') for (const [index, item] of node.items.entries()) walk(item, `${path}[${index}]`, found);
  if (node.kind !== 'object') return;
  const seen = new Set<string>();
  for (const { name, value } of node.members) {
    const place = path ? `${path}.${name}` : name;
    if (seen.has(name)) found.add(place);
    seen.add(name);
    walk(value, place, found);
  }
}
