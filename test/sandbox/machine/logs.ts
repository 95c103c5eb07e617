// Helpers for tests of logs.

/** How long the text of each line of a log file is. */
export function logPieces(text: string): readonly number[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').slice(3).join(' ').length);
}

export function followedLines(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}
