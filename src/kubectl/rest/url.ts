// Paths and queries, escaped as Go's net/url escapes them.

export type Query = readonly (readonly [name: string, value: string])[];

const NAMES_NOT = ['.', '..'];
const NAMES_WITHOUT = ['/', '%'];

/** A path with everything escaped that a path can't hold as it is. */
export function escapePath(path: string): string {
  return encodeURI(path).replace(/[?#!*'()[\]]/g, percent);
}

/** `a=1&b=2`, sorted by name. */
export function encodeQuery(query: Query): string {
  const sorted = [...query].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.map(([name, value]) => `${escapeQuery(name)}=${escapeQuery(value)}`).join('&');
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!*'()]/g, percent)
    .replaceAll('%20', '+');
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Why a name can't be part of a path; undefined when it can. */
export function pathSegmentProblem(name: string): string | undefined {
  if (name === '') return 'resource name may not be empty';
  const problems = NAMES_NOT.includes(name)
    ? [`may not be '${name}'`]
    : NAMES_WITHOUT.filter((char) => name.includes(char)).map((char) => `may not contain '${char}'`);
  return problems.length === 0 ? undefined : `invalid resource name ${JSON.stringify(name)}: [${problems.join(' ')}]`;
}
