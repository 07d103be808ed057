export const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The value that `share` of all do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const inOrder = sorted(values);
  return inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;

/** How a figure stands to the most it may be. */
export const against = (value: number, limit: number, unit = ""): string =>
  `at most ${limit}${unit}: ${value <= limit ? "kept" : "MISSED"}`;

/** How a figure stands to the least it may be. */
export const atLeast = (value: number, limit: number, unit = ""): string =>
  `${value.toFixed(2)}${unit}, at least ${limit}${unit}: ${value >= limit ? "kept" : "MISSED"}`;

/** Prints rows in columns; the first column to the left, all others to the right. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    );
    console.log(`  ${cells.join("  ").trimEnd()}`);
  }
}
