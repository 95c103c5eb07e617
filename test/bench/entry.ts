// What a measurement is: a name, and how its figures come about. Each file of this folder exports a list of them.

/** A figure, with what it is held against. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most that is allowed; absent for figures that are only told. */
  readonly limit?: number;
  /** The least that is allowed. */
  readonly least?: number;
  /** What was counted or compared. */
  readonly note?: string;
}

export interface BenchEntry {
  readonly name: string;
  /** It takes so long that it isn't among those that run when none is named. */
  readonly onlyNamed?: true;
  readonly run: () => Figure[] | Promise<Figure[]>;
}

/** Real milliseconds that a piece of work takes. */
export function timed<T>(work: () => T): { readonly ms: number; readonly result: T } {
  const began = performance.now();
  const result = work();
  return { ms: performance.now() - began, result };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
