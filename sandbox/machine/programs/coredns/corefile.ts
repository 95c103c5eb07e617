// The Corefile: server blocks, each with plugins in the order in which CoreDNS asks them. Pure.

/** A plugin as it is written: `forward . /etc/resolv.conf { max_concurrent 1000 }`. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  /** The lines of its block, in words. */
  readonly block: readonly (readonly string[])[];
  readonly line: number;
}

export interface ServerBlock {
  /** Zones without the dot at the end; empty: the root. */
  readonly zones: readonly string[];
  readonly port: number;
  readonly directives: readonly Directive[];
}

/** A Corefile that can't be used; the message is CoreDNS' own. */
export class CorefileError extends Error {}

interface Token {
  readonly text: string;
  readonly line: number;
}

/** What this machine acts on. */
const MODELLED = new Set(
  'bind cache chaos debug errors forward health hosts kubernetes loadbalance log loop prometheus ready reload rewrite whoami'.split(
    ' ',
  ),
);
/** What CoreDNS has beyond. */
const KNOWN = new Set(
  'root metadata geoip cancel tls timeouts multisocket nsid bufsize dns64 acl any import template minimal dnssec autopath transfer route53 azure clouddns k8s_external file auto secondary etcd grpc erratic sign view pprof trace dnstap header local'.split(
    ' ',
  ),
);

const DEFAULT_PORT = 53;

export function parseCorefile(text: string, path: string, env: ReadonlyMap<string, string>): readonly ServerBlock[] {
  const tokens = tokensOf(text.replace(/\{\$([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => env.get(name) ?? ''));
  const blocks: ServerBlock[] = [];
  let at = 0;
  while (at < tokens.length) {
    const keys: Token[] = [];
    while (at < tokens.length && tokens[at]?.text !== '{') {
      const token = tokens[at++];
      if (token !== undefined) keys.push(token);
    }
    const end = blockEnd(tokens, at, path);
    const directives = directivesOf(tokens.slice(at + 1, end), path);
    at = end + 1;
    blocks.push(...serversOf(keys, directives, path));
  }
  return blocks;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    for (const [, quoted, word] of line.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
      if (word?.startsWith('#') === true) break;
      tokens.push({ text: quoted ?? word ?? '', line: index + 1 });
    }
  }
  return tokens;
}

/** Where the block that begins here ends. */
function blockEnd(tokens: readonly Token[], from: number, path: string): number {
  let depth = 0;
  for (let i = from; i < tokens.length; i++) {
    if (tokens[i]?.text === '{') depth++;
    if (tokens[i]?.text === '}' && --depth === 0) return i;
  }
  const line = tokens.at(-1)?.line ?? 1;
  throw new CorefileError(`${path}:${line} - Error during parsing: Unexpected EOF, expecting '}'`);
}

function directivesOf(tokens: readonly Token[], path: string): readonly Directive[] {
  const directives: Directive[] = [];
  let at = 0;
  while (at < tokens.length) {
    const first = tokens[at++];
    if (first === undefined) break;
    const args: string[] = [];
    while (at < tokens.length && tokens[at]?.line === first.line && tokens[at]?.text !== '{')
      args.push(tokens[at++]?.text ?? '');
    let block: readonly (readonly string[])[] = [];
    if (tokens[at]?.text === '{' && tokens[at]?.line === first.line) {
      const end = blockEnd(tokens, at, path);
      block = linesOf(tokens.slice(at + 1, end));
      at = end + 1;
    }
    checkName(first, path);
    directives.push({ name: first.text, args, block, line: first.line });
  }
  return directives;
}

function checkName({ text, line }: Token, path: string): void {
  if (MODELLED.has(text)) return;
  throw new CorefileError(
    KNOWN.has(text)
      ? `${path}:${line} - the plugin '${text}' isn't modelled on this machine`
      : `${path}:${line} - Error during parsing: Unknown directive '${text}'`,
  );
}

function linesOf(tokens: readonly Token[]): readonly (readonly string[])[] {
  const lines = new Map<number, string[]>();
  for (const { text, line } of tokens) lines.set(line, [...(lines.get(line) ?? []), text]);
  return [...lines.values()];
}

/** Blocks by port: `example.test:53 10.in-addr.arpa` are zones of one. */
function serversOf(keys: readonly Token[], directives: readonly Directive[], path: string): readonly ServerBlock[] {
  if (keys.length === 0) throw new CorefileError(`${path}:1 - Error during parsing: server block without a key`);
  const byPort = new Map<number, string[]>();
  for (const { text } of keys) {
    const [, zone = '', port = ''] = /^(?:dns:\/\/)?([^:,]*)(?::(\d+))?,?$/.exec(text) ?? [];
    const number = port === '' ? DEFAULT_PORT : Number(port);
    byPort.set(number, [...(byPort.get(number) ?? []), zone.toLowerCase().replace(/\.$/, '')]);
  }
  return [...byPort].map(([port, zones]) => ({ zones, port, directives }));
}

export function directive({ directives }: ServerBlock, name: string): Directive | undefined {
  return directives.find((each) => each.name === name);
}

/** The block that serves a name: the one with the longest zone. */
export function blockFor(blocks: readonly ServerBlock[], port: number, name: string): ServerBlock | undefined {
  let best: ServerBlock | undefined;
  let length = -1;
  for (const block of blocks) {
    if (block.port !== port) continue;
    for (const zone of block.zones) {
      const matches = zone === '' || name === zone || name.endsWith(`.${zone}`);
      if (matches && zone.length > length) {
        best = block;
        length = zone.length;
      }
    }
  }
  return best;
}
