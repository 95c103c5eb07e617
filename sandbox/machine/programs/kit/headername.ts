// How names of HTTP headers are written, of which only small letters are kept.

/** Those that aren't just words with capitals. */
const ODD: Readonly<Record<string, string>> = { etag: 'ETag', 'www-authenticate': 'WWW-Authenticate' };

/** `content-type` as servers write it. */
export function headerName(name: string): string {
  if (Object.hasOwn(ODD, name)) return ODD[name] ?? name;
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
