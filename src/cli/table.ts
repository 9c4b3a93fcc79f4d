/** Columns padded to their widest cell, three spaces between, as kubectl prints. Empty last columns are left out. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = header.filter((_, column) => column === 0 || rows.some((row) => row[column])).length;
  const lines = [header, ...rows].map((row) => row.slice(0, used));
  const widths = header.slice(0, used).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
