const LEAST_WIDTH = 8;

/** Rows of cells with commas between, in columns that line up. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.slice(0, -1).entries()) widths[column] = Math.max(widths[column] ?? LEAST_WIDTH, cell.length + 2);
  }
  return rows
    .map((row) => `${row.map((cell, column) => padded(cell, column === row.length - 1, widths[column] ?? 0)).join('')}\n`)
    .join('');
}

function padded(cell: string, last: boolean, width: number): string {
  return last ? cell : `${cell},`.padEnd(width);
}
