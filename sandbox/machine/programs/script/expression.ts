// Expressions of the small scripts that `python` and `node` run: texts with values in them, numbers, sums, calls of a few
// functions that each language gives. What isn't known is refused by its own text.

/** A script holds something that isn't modelled. */
export class ScriptProblem extends Error {}

export type Value = string | number | boolean | null;

/** What names mean: variables, and functions by their whole name (`os.getenv`). */
export interface Names {
  readonly variables: Map<string, Value>;
  /** Undefined: there is no such function. */
  readonly call: (name: string, args: readonly Value[]) => Value | undefined;
  /** `process.env.X`, `os.environ["X"]`: what isn't a variable; undefined: unknown. */
  readonly property: (name: string) => Value | undefined;
}

interface Reader {
  readonly text: string;
  at: number;
}

/** The value of a whole text. ScriptProblem. */
export function evaluateText(text: string, names: Names): Value {
  const reader: Reader = { text, at: 0 };
  const value = sum(reader, names);
  skip(reader);
  if (reader.at < text.length) throw new ScriptProblem(text.trim());
  return value;
}

/** Values between commas; keywords (`end=''`) apart. */
export function argumentsOf(text: string, names: Names): { values: Value[]; keywords: Map<string, Value> } {
  const values: Value[] = [];
  const keywords = new Map<string, Value>();
  for (const part of splitOutside(text, ',')) {
    const [, keyword, rest] = /^\s*([A-Za-z_]\w*)\s*=(?!=)(.*)$/s.exec(part) ?? [];
    if (keyword !== undefined) keywords.set(keyword, evaluateText(rest ?? '', names));
    else if (part.trim() !== '') values.push(evaluateText(part, names));
  }
  return { values, keywords };
}

/** Splits at a sign that stands in no text and in no parentheses. */
export function splitOutside(text: string, sign: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let begin = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    if (quote !== '') {
      if (letter === '\\') i++;
      else if (letter === quote) quote = '';
    } else if (/["'`]/.test(letter)) quote = letter;
    else if (/[([{]/.test(letter)) depth++;
    else if (/[)\]}]/.test(letter)) depth--;
    else if (depth === 0 && letter === sign) {
      parts.push(text.slice(begin, i));
      begin = i + 1;
    }
  }
  return [...parts, text.slice(begin)];
}

function skip(reader: Reader): void {
  while (/\s/.test(reader.text.charAt(reader.at))) reader.at++;
}

function takes(reader: Reader, sign: string): boolean {
  skip(reader);
  if (!reader.text.startsWith(sign, reader.at)) return false;
  reader.at += sign.length;
  return true;
}

function sum(reader: Reader, names: Names): Value {
  let value = product(reader, names);
  for (;;) {
    if (takes(reader, '+')) {
      const other = product(reader, names);
      value = typeof value === 'number' && typeof other === 'number' ? value + other : `${value}${other}`;
    } else if (takes(reader, '-')) value = Number(value) - Number(product(reader, names));
    else return value;
  }
}

function product(reader: Reader, names: Names): Value {
  let value = primary(reader, names);
  for (;;) {
    if (takes(reader, '*')) {
      const other = primary(reader, names);
      value =
        typeof value === 'string'
          ? value.repeat(Math.min(10_000, Math.max(0, Number(other))))
          : Number(value) * Number(other);
    } else if (takes(reader, '%')) value = Number(value) % Number(primary(reader, names));
    else if (takes(reader, '/')) value = Number(value) / Number(primary(reader, names));
    else return value;
  }
}

const CONSTANTS: Readonly<Record<string, Value>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};

function primary(reader: Reader, names: Names): Value {
  skip(reader);
  const rest = reader.text.slice(reader.at);
  const number = /^-?\d+(\.\d+)?/.exec(rest)?.[0];
  if (number !== undefined) {
    reader.at += number.length;
    return Number(number);
  }
  const quoted = /^([fbru]?)(["'`])/i.exec(rest);
  if (quoted !== null) return textAt(reader, names, quoted[1] ?? '', quoted[2] ?? '"');
  if (takes(reader, '(')) {
    const inner = sum(reader, names);
    if (!takes(reader, ')')) throw new ScriptProblem(reader.text.trim());
    return inner;
  }
  const name = /^[A-Za-z_$][\w$]*(\s*\.\s*[A-Za-z_$][\w$]*)*/.exec(rest)?.[0];
  if (name === undefined) throw new ScriptProblem(reader.text.trim());
  reader.at += name.length;
  return named(reader, names, name.replace(/\s/g, ''));
}

function named(reader: Reader, names: Names, name: string): Value {
  if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name] ?? null;
  if (takes(reader, '(')) {
    const { values } = argumentsOf(enclosed(reader, ')'), names);
    const value = names.call(name, values);
    if (value === undefined) throw new ScriptProblem(`${name}()`);
    return value;
  }
  if (takes(reader, '[')) {
    const key = evaluateText(enclosed(reader, ']'), names);
    const value = names.property(`${name}.${key}`);
    if (value === undefined) throw new ScriptProblem(`${name}[${JSON.stringify(key)}]`);
    return value;
  }
  const value = names.variables.get(name) ?? names.property(name);
  if (value === undefined && !names.variables.has(name)) throw new ScriptProblem(name);
  return value ?? null;
}

/** What stands before the closing sign. */
function enclosed(reader: Reader, close: string): string {
  const inner = splitOutside(reader.text.slice(reader.at), close)[0] ?? '';
  let depth = 1;
  let quote = '';
  for (let i = reader.at; i < reader.text.length; i++) {
    const letter = reader.text.charAt(i);
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (/["'`]/.test(letter)) quote = letter;
    else if (/[([{]/.test(letter)) depth++;
    else if (/[)\]}]/.test(letter)) depth--;
    if (depth > 0) continue;
    const text = reader.text.slice(reader.at, i);
    reader.at = i + 1;
    return text;
  }
  throw new ScriptProblem(inner);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' };

function textAt(reader: Reader, names: Names, prefix: string, quote: string): string {
  reader.at += prefix.length + 1;
  const fills = prefix.toLowerCase() === 'f' ? '{' : quote === '`' ? '${' : undefined;
  let text = '';
  while (reader.at < reader.text.length) {
    const letter = reader.text.charAt(reader.at++);
    if (letter === quote) return text;
    if (letter === '\\') {
      const next = reader.text.charAt(reader.at++);
      text += ESCAPES[next] ?? next;
    } else if (fills !== undefined && reader.text.startsWith(fills, reader.at - 1)) {
      reader.at += fills.length - 1;
      text += shown(evaluateText(enclosed(reader, '}'), names));
    } else text += letter;
  }
  throw new ScriptProblem(reader.text.trim());
}

/** As Python shows it; `node` differs only where values are true, false or nothing. */
export function shown(value: Value): string {
  if (value === null) return 'None';
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}
