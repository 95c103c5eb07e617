// PEM: bytes between a BEGIN and an END line, as certificates and keys are written.

export interface PemBlock {
  /** `CERTIFICATE`, `RSA PRIVATE KEY`. */
  readonly type: string;
  /** What stands between the lines: `Name: value` lines and base64. */
  readonly headers: readonly string[];
  readonly base64: string;
}

/** The well-formed blocks of a text; whatever stands around them is skipped. */
export function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { readonly type: string; readonly lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const begin = /^-----BEGIN (.*)-----\s*$/.exec(line);
    const end = /^-----END (.*)-----\s*$/.exec(line);
    if (begin !== null) open = { type: begin[1] ?? '', lines: [] };
    else if (end !== null) {
      const block = open === undefined || end[1] !== open.type ? undefined : closed(open.type, open.lines);
      if (block !== undefined) blocks.push(block);
      open = undefined;
    } else open?.lines.push(line);
  }
  return blocks;
}

function closed(type: string, lines: readonly string[]): PemBlock | undefined {
  const headers = lines.filter((line) => line.includes(':'));
  const base64 = lines
    .filter((line) => !line.includes(':'))
    .join('')
    .replaceAll(/\s/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(base64) && base64.length % 4 === 0 ? { type, headers, base64 } : undefined;
}

/** One block, in lines of 64 characters. */
export function pemText(type: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${type}-----\n${lines.join('\n')}\n-----END ${type}-----\n`;
}
