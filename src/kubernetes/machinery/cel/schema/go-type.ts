/** What Go calls the type of decoded JSON. */
export function goType(data: unknown): string {
  if (data === null || data === undefined) return '<nil>';
  if (Array.isArray(data)) return '[]interface {}';
  switch (typeof data) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
      return Number.isInteger(data) ? 'int64' : 'float64';
    default:
      return 'map[string]interface {}';
  }
}
