// `@csv` and its kin.

import { fail } from './scope.ts';
import { isList, numberText, textOfValue, typeName, type Value } from './values.ts';

function plainText(value: Value): string {
  return typeof value === 'string' ? value : textOfValue(value);
}

const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&quot;' };

export function formatValue(name: string, value: Value): string {
  switch (name) {
    case '@text':
      return plainText(value);
    case '@json':
      return textOfValue(value);
    case '@html':
      return plainText(value).replace(/[<>&'"]/g, (c) => HTML[c] ?? c);
    case '@uri':
      return encodeURIComponent(plainText(value)).replace(
        /[!'()*]/g,
        (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
      );
    case '@csv':
      return row(value, 'csv', (cell) => `"${cell.replaceAll('"', '""')}"`, ',');
    case '@tsv':
      return row(
        value,
        'tsv',
        (cell) => cell.replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c] ?? c),
        '\t',
      );
    case '@sh':
      return (isList(value) ? value : [value]).map(shellWord).join(' ');
    case '@base64':
      return encode64(plainText(value));
    case '@base64d':
      return decode64(plainText(value));
    default:
      return fail(`${name.slice(1)} is not a valid format`);
  }
}

function row(value: Value, kind: string, quote: (text: string) => string, separator: string): string {
  if (!isList(value)) return fail(`${typeName(value)} (${textOfValue(value)}) cannot be ${kind}-formatted, only array`);
  return value
    .map((cell) => {
      if (typeof cell === 'string') return quote(cell);
      if (typeof cell === 'number') return numberText(cell);
      if (typeof cell === 'boolean') return String(cell);
      return cell === null ? '' : fail(`${typeName(cell)} (${textOfValue(cell)}) is not valid in a csv row`);
    })
    .join(separator);
}

function shellWord(value: Value): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "'\\''")}'`;
  if (value !== null && typeof value === 'object')
    return fail(`${typeName(value)} (${textOfValue(value)}) can not be escaped for shell`);
  return textOfValue(value);
}

function encode64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function decode64(text: string): string {
  const clean = text.replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(clean) || clean.length === 1)
    return fail(`string (${JSON.stringify(text)}) is not valid base64 data`);
  const bytes = Uint8Array.from(atob(clean), (c) => c.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
