// Command lines as checks make them.

/** A word for the shell, whatever is in it. */
export function shellWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The last line of what was printed, cut to a length that can be read. */
export function lastLine(output: string): string {
  const lines = output.trimEnd().split('\n');
  // That a command in a container failed is what kubectl says below what the command said of it.
  const told = lines.filter((line) => !/^command terminated with exit code \d+$/.test(line));
  return (told.at(-1) ?? lines.at(-1) ?? '').slice(0, 200);
}
