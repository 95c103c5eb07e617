// What a comparison finds: the first place where ours is not what was recorded.

/** `undefined` where one side has nothing at all. */
export interface Difference {
  /** Where in the case: `steps[3].response.body.spec.replicas`. */
  readonly path: string;
  readonly expected: string | undefined;
  readonly got: string | undefined;
}

export function difference(path: string, expected: string | undefined, got: string | undefined): Difference {
  return { path, expected, got };
}

/** One line each for the place, what was recorded and what we answered. */
export function printDifference({ path, expected, got }: Difference, width = 300): string {
  const { from, dots } = window(expected, got, width);
  const show = (text: string | undefined) =>
    text === undefined ? '(nothing)' : `${dots}${cut(text.slice(from), width)}`.replaceAll('\n', '\\n');
  return `  at ${path}\n    expected ${show(expected)}\n    got      ${show(got)}`;
}

/** Long texts are shown from shortly before the first place where they differ. */
function window(expected: string | undefined, got: string | undefined, width: number): { from: number; dots: string } {
  if (expected === undefined || got === undefined) return { from: 0, dots: '' };
  let same = 0;
  while (same < expected.length && expected[same] === got[same]) same++;
  return same < width * 0.8 ? { from: 0, dots: '' } : { from: same - 40, dots: '…' };
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width)}…`;
}
