// Names of fields as expressions write them: `my-field` is `my__dash__field`, `namespace` is `__namespace__`.

const RESERVED: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return ' +
    'var void while'
  ).split(' '),
);

const SEQUENCES: readonly (readonly [string, string])[] = [
  ['__', 'underscores'],
  ['.', 'dot'],
  ['-', 'dash'],
  ['/', 'slash'],
];
const ESCAPED: ReadonlyMap<string, string> = new Map(SEQUENCES.map(([text, name]) => [text, `__${name}__`]));
const MEANT: ReadonlyMap<string, string> = new Map(SEQUENCES.map(([text, name]) => [name, text]));

/** The identifier for a field; undefined where no expression can name it. */
export function escapeName(name: string): string | undefined {
  if (!/^[A-Za-z_.\-/][A-Za-z0-9_.\-/]*$/.test(name)) return undefined;
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replace(/__|[-./]/g, (text) => ESCAPED.get(text) ?? text);
}

/** Whether a field's name means something else in expressions; after a point it may be written as it is. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}

/** The field that an identifier stands for; undefined for identifiers that are no escaped names. */
export function unescapeName(identifier: string): string | undefined {
  let wrong = false;
  const name = identifier.replace(/__([^_]+)__/g, (whole, inside: string) => {
    const meant = MEANT.get(inside);
    if (meant !== undefined) return meant;
    if (!RESERVED.has(inside) || whole.length !== identifier.length) wrong = true;
    return inside;
  });
  return wrong ? undefined : name;
}
