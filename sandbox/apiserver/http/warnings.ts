// Warning headers: each text once, quoted, and cut when there is too much of them.

const TOTAL_CHARACTERS = 4096;
const ITEM_CHARACTERS = 256;

/** The values of the headers for texts in the order in which they came. `agent`: who warns; the server itself is `-`. */
export function warningHeaders(texts: readonly string[], agent = '-'): readonly string[] {
  const distinct = [...new Set(texts)].filter((text) => text !== '' && !CONTROL.test(text)).map((text) => [...text]);
  const total = distinct.reduce((sum, characters) => sum + characters.length, 0);
  return (total <= TOTAL_CHARACTERS ? distinct : truncated(distinct)).map(
    (characters) => `299 ${agent} ${quoted(characters.join(''))}`,
  );
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Once there is too much, each is cut short, and the rest stays away once these alone are too much. */
function truncated(texts: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const kept: (readonly string[])[] = [];
  let written = 0;
  for (const text of texts) {
    if (written >= TOTAL_CHARACTERS) break;
    const cut = text.slice(0, ITEM_CHARACTERS);
    kept.push(cut);
    written += cut.length;
  }
  return kept;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
