// The order in which Go's YAML library writes the keys of a map: letters after everything else, digits by their value.

/** Orders two keys: `a2` before `a10`. */
export function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    if (left[i] !== right[i]) return compareAt(left, right, i);
  }
  return left.length - right.length;
}

function compareAt(left: readonly string[], right: readonly string[], at: number): number {
  const a = left[at] ?? '';
  const b = right[at] ?? '';
  const letterA = isLetter(a);
  const letterB = isLetter(b);
  if (letterA && letterB) return codeOf(a) - codeOf(b);
  if (letterA || letterB) return letterB ? -1 : 1;
  // Behind other digits a zero is no leading one.
  const inside = (a === '0' || b === '0') && followsDigit(left, at);
  const numberA = numberAt(left, at, inside);
  const numberB = numberAt(right, at, inside);
  if (numberA.value !== numberB.value) return numberA.value < numberB.value ? -1 : 1;
  return numberA.end - numberB.end || codeOf(a) - codeOf(b);
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** Whether a digit other than zero stands before in the same number. */
function followsDigit(text: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && /^\p{Nd}$/u.test(text[i] ?? ''); i--) if (text[i] !== '0') return true;
  return false;
}

function numberAt(text: readonly string[], at: number, inside: boolean): { value: bigint; end: number } {
  let value = inside ? 1n : 0n;
  let end = at;
  for (; end < text.length && /^\p{Nd}$/u.test(text[end] ?? ''); end++) {
    value = BigInt.asIntN(64, value * 10n + BigInt(codeOf(text[end] ?? '0') - 0x30));
  }
  return { value, end };
}
