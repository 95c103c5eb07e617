// How `read` cuts a line into fields.

/** At most `most` fields; the last takes all that is left. A backslash quotes the next character, unless `raw`. */
export function splitRead(line: string, ifs: string, raw: boolean, most: number): string[] {
  const chars = raw ? [...line].map((char) => ({ char, quoted: false })) : unquote(line);
  const isBlank = (i: number): boolean => isDelimiter(i) && ' \t\n'.includes(chars[i]?.char ?? '');
  const isDelimiter = (i: number): boolean => {
    const at = chars[i];
    return at !== undefined && !at.quoted && ifs.includes(at.char);
  };
  const fields: string[] = [];
  let i = 0;
  while (isBlank(i)) i++;
  while (i < chars.length) {
    if (fields.length === most - 1) {
      fields.push(rest(chars, i, isBlank, isDelimiter));
      return fields;
    }
    let field = '';
    while (i < chars.length && !isDelimiter(i)) field += chars[i++]?.char ?? '';
    fields.push(field);
    while (isBlank(i)) i++;
    if (isDelimiter(i)) i++;
    while (isBlank(i)) i++;
  }
  return fields;
}

interface Char {
  readonly char: string;
  readonly quoted: boolean;
}

/** The last field keeps its delimiters, but for blanks at its end, and for one that ends it alone. */
function rest(
  chars: readonly Char[],
  from: number,
  isBlank: (i: number) => boolean,
  isDelimiter: (i: number) => boolean,
): string {
  let end = chars.length;
  while (end > from && isBlank(end - 1)) end--;
  const only = end - 1;
  const single = end > from && isDelimiter(only) && !chars.slice(from, only).some((_, i) => isDelimiter(from + i));
  if (single) end--;
  return chars
    .slice(from, end)
    .map((each) => each.char)
    .join('');
}

function unquote(line: string): Char[] {
  const chars: Char[] = [];
  let quoted = false;
  for (const char of line) {
    if (quoted) {
      if (char !== '\n') chars.push({ char, quoted: true });
      quoted = false;
    } else if (char === '\\') quoted = true;
    else chars.push({ char, quoted: false });
  }
  return chars;
}
