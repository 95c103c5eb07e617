// Lines in Prometheus' text form: `requests_per_second{pod="web-1", path="/"} 12.5`.

export interface Series {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** As it was written: `12.5`. */
  readonly value: string;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/;
const VALUE = /^\s*([0-9]+(?:\.[0-9]+)?[a-zA-Z]{0,2})(?:\s+[0-9]+)?\s*$/;

/** What can be read of a text; comments and lines of another form are passed over. */
export function parseSeries(text: string): readonly Series[] {
  return text.split('\n').flatMap((line) => seriesOf(line.trim()) ?? []);
}

function seriesOf(line: string): Series | undefined {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return undefined;
  const found = labelsOf(line.slice(name.length).trimStart());
  const value = found === undefined ? undefined : VALUE.exec(found.rest)?.[1];
  return found === undefined || value === undefined ? undefined : { name, labels: found.labels, value };
}

function labelsOf(text: string): { readonly labels: ReadonlyMap<string, string>; readonly rest: string } | undefined {
  const labels = new Map<string, string>();
  if (!text.startsWith('{')) return { labels, rest: text };
  let rest = text.slice(1);
  for (let found = LABEL.exec(rest); found !== null; found = LABEL.exec(rest)) {
    labels.set(found[1] ?? '', (found[2] ?? '').replace(/\\(.)/g, '$1'));
    rest = rest.slice(found[0].length);
  }
  rest = rest.trimStart();
  return rest.startsWith('}') ? { labels, rest: rest.slice(1) } : undefined;
}
