// One line of comma-separated values, with the quoting and the complaints of Go's encoding/csv.

export type CsvResult = { readonly fields: readonly string[] } | { readonly error: string };

/** The fields of the first record. Quotes double within quotes; a quote elsewhere is an error. */
export function readCsvLine(text: string): CsvResult {
  const line = text.replace(/^(\r?\n)+/, '');
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = line[at] === '"' ? quotedField(line, at) : bareField(line, at);
    if ('error' in field) return field;
    fields.push(field.text);
    at = field.end;
    if (line[at] !== ',') return line === '' ? { error: 'EOF' } : { fields };
    at++;
  }
}

type Field = { readonly text: string; readonly end: number } | { readonly error: string };

function bareField(line: string, start: number): Field {
  const rest = /^[^,\n]*/.exec(line.slice(start))?.[0] ?? '';
  const quoteAt = rest.indexOf('"');
  if (quoteAt >= 0) return complaint(start + quoteAt, 'bare " in non-quoted-field');
  return { text: rest.replace(/\r$/, ''), end: start + rest.length };
}

function quotedField(line: string, start: number): Field {
  let text = '';
  let at = start + 1;
  for (;;) {
    const close = line.indexOf('"', at);
    if (close < 0) return complaint(line.length, 'extraneous or missing " in quoted-field');
    text += line.slice(at, close);
    const next = line[close + 1];
    if (next !== '"') {
      if (next === undefined || next === ',' || next === '\n') return { text, end: close + 1 };
      return complaint(close, 'extraneous or missing " in quoted-field');
    }
    text += '"';
    at = close + 2;
  }
}

function complaint(index: number, problem: string): Field {
  return { error: `parse error on line 1, column ${index + 1}: ${problem}` };
}
