// Command lines as checks make them.

/** A word for the shell, whatever is in it. */
export function shellWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The last line of what was printed, cut to a length that can be read. */
export function lastLine(output: string): string {
  const lines = output.trimEnd().split('\n');
  return (lines[lines.length - 1] ?? '').slice(0, 200);
}
