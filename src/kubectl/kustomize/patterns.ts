// Names as patterns: alternatives, and `.*` for anything. Other signs of regular expressions stand for themselves.

/** Whether all of the text fits. */
export function matchesPattern(pattern: string, text: string): boolean {
  return pattern.split('|').some((each) => matchesPieces(each.replace(/^\^|\$$/g, '').split('.*'), text));
}

/** Whether some of the text fits. */
export function findsPattern(pattern: string, text: string): boolean {
  return pattern.split('|').some((each) => {
    const [head, tail] = [each.startsWith('^') ? [] : [''], each.endsWith('$') ? [] : ['']];
    return matchesPieces([...head, ...each.replace(/^\^|\$$/g, '').split('.*'), ...tail], text);
  });
}

function matchesPieces(pieces: readonly string[], text: string): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
