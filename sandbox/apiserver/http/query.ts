// Query strings, read as Go reads them: what can't be unescaped is left out in silence.

export type Query = ReadonlyMap<string, readonly string[]>;

export interface RequestTarget {
  /** Unescaped; undefined when an escape is none. */
  readonly path: string | undefined;
  readonly query: Query;
}

/** Splits `/api/v1/pods?limit=500`. */
export function parseTarget(target: string): RequestTarget {
  const hash = target.indexOf('#');
  const whole = hash < 0 ? target : target.slice(0, hash);
  const mark = whole.indexOf('?');
  const path = mark < 0 ? whole : whole.slice(0, mark);
  return { path: unescaped(path), query: mark < 0 ? NO_QUERY : parseQuery(whole.slice(mark + 1)) };
}

const NO_QUERY: Query = new Map();

function parseQuery(text: string): Query {
  const query = new Map<string, string[]>();
  for (const pair of text.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const equals = pair.indexOf('=');
    const key = unescaped((equals < 0 ? pair : pair.slice(0, equals)).replaceAll('+', ' '));
    const value = equals < 0 ? '' : unescaped(pair.slice(equals + 1).replaceAll('+', ' '));
    if (key === undefined || value === undefined) continue;
    const values = query.get(key);
    if (values === undefined) query.set(key, [value]);
    else values.push(value);
  }
  return query;
}

export function firstOf(query: Query, name: string): string | undefined {
  return query.get(name)?.[0];
}

const ESCAPES = /%[0-9a-fA-F]{2}/g;

/** Undefined when an escape is none. Bytes that are no UTF-8 become replacement characters: no name can have them. */
function unescaped(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (text.replaceAll(ESCAPES, '').includes('%')) return undefined;
  const bytes: number[] = [];
  for (const [part] of text.matchAll(/%..|[^%]+/gs)) {
    if (part.startsWith('%')) bytes.push(Number.parseInt(part.slice(1), 16));
    else bytes.push(...new TextEncoder().encode(part));
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
