// A state as one text: the same for the same state, however it came about.

export function dump(state: unknown): string {
  const seen = new Map<object, number>();
  const lines: string[] = [];
  write(state, '', seen, lines);
  return lines.join('\n');
}

function write(value: unknown, place: string, seen: Map<object, number>, lines: string[]): void {
  if (typeof value !== 'object' || value === null) {
    lines.push(`${place} ${typeof value} ${String(value)}`);
    return;
  }
  if (value instanceof Uint8Array) {
    lines.push(`${place} bytes ${value.length} ${Buffer.from(value.subarray(0, 64)).toString('latin1')}`);
    return;
  }
  const known = seen.get(value);
  if (known !== undefined) {
    lines.push(`${place} = #${known}`);
    return;
  }
  seen.set(value, seen.size);
  if (value instanceof Map) {
    lines.push(`${place} map ${value.size}`);
    for (const [key, item] of value) write(item, `${place}/${String(key)}`, seen, lines);
  } else if (value instanceof Set) lines.push(`${place} set ${[...value].join(' ')}`);
  else if (Array.isArray(value)) {
    lines.push(`${place} list ${value.length}`);
    for (const [i, item] of value.entries()) write(item, `${place}/${i}`, seen, lines);
  } else {
    lines.push(`${place} object`);
    for (const [key, item] of Object.entries(value)) write(item, `${place}/${key}`, seen, lines);
  }
}
