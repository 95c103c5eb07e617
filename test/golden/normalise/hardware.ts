// What a node says of the machine under it: hardware, kernel, images, and percentages of them.

const figures = /^(\s*"?(?:cpu|memory|ephemeral-storage|hugepages-\w+)"?:\s+)"?[\w.]+"?(,?)$/;
const machine =
  /^(\s*"?(?:Machine ID|System UUID|Boot ID|Kernel Version|OS Image|machineID|systemUUID|bootID|kernelVersion|osImage)"?:\s+).+?(,?)$/;

/** The lines that describe nodes, with the machine taken out of them. */
export function withoutHardware(lines: readonly string[]): readonly string[] {
  const columns = columnsOf(lines);
  return withoutImages(lines).map((line) =>
    withoutSystem(line, columns)
      .replace(figures, '$1<hardware>$2')
      .replace(machine, '$1<hardware>$2')
      .replaceAll(/\(\d+%\)/g, '(<percent>)'),
  );
}

/** `images:` and all that is in it. */
function withoutImages(lines: readonly string[]): readonly string[] {
  let indent = -1;
  return lines.filter((line) => {
    const depth = line.search(/\S/);
    if (indent >= 0 && (depth > indent || (depth === indent && /^\s*(?:- |[\]}])/.test(line)))) return false;
    indent = /^\s*"?images"?:(?: \[)?$/.test(line) ? depth : -1;
    return true;
  });
}

/** Takes the cells with the operating system and the kernel out of a row of `get nodes -o wide`. */
function withoutSystem(line: string, starts: readonly number[]): string {
  let text = line;
  for (const start of [...starts].sort((a, b) => b - a)) {
    if (text.includes('KERNEL-VERSION') || text.length <= start) continue;
    const end = text.slice(start).search(/ {2,}|$/);
    text = `${text.slice(0, start)}<hardware>${text.slice(start + end)}`;
  }
  return text;
}

function columnsOf(lines: readonly string[]): readonly number[] {
  const header = lines.find((line) => line.includes('KERNEL-VERSION'));
  return header === undefined ? [] : ['OS-IMAGE', 'KERNEL-VERSION'].map((name) => header.indexOf(name));
}
