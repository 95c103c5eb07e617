// Quoting a value so that a shell reads it back as it is.

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** As `${x@Q}` and `declare -p` do it: always in single quotes, `$'...'` for what can't be shown. */
export function quoteForShell(text: string): string {
  if (/[\0-\x1f\x7f]/.test(text)) return ansiQuoted(text);
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** As `set`, `alias` and traces do it: only where it is needed. */
export function quoteIfNeeded(text: string): string {
  return SAFE.test(text) ? text : quoteForShell(text);
}

/** As `printf %q` does it: backslashes. */
export function quoteWithBackslashes(text: string): string {
  if (text === '') return "''";
  if (/[\0-\x1f\x7f]/.test(text)) return ansiQuoted(text);
  return text.replace(/[^A-Za-z0-9_@%+=:,./\u0080-\uffff-]/g, '\\$&');
}

/** As ash and dash print values: single quotes, with a quote itself in double ones. */
export function quoteSimply(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

const NAMED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x1b': '\\E',
};

function ansiQuoted(text: string): string {
  const inner = text.replace(/[\\'\0-\x1f\x7f]/g, (char) => {
    if (char === '\\' || char === "'") return `\\${char}`;
    return NAMED[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return `$'${inner}'`;
}
