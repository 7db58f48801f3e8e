// Figures of what was measured, in words.

const at = (values: number[], share: number) => {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

/** Prints median and 95th percentile of milliseconds. */
export const report = (name: string, values: number[]) =>
  console.log(`  ${name}: p50 ${at(values, 0.5).toFixed(1)} ms, p95 ${at(values, 0.95).toFixed(1)} ms, n = ${values.length}`);
