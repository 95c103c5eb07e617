// From a configuration to what is served: servers by port and name, locations by path, with everything that they inherit.

import { compileRegex, RegexProblem } from '../../regex/regex.ts';
import { ConfigProblem, type Directive, find, findAll } from './config.ts';

export interface Location {
  readonly match: 'prefix' | 'exact' | 'first' | 'regex' | 'regex-any-case';
  readonly path: string;
  readonly root: string;
  readonly alias: string | undefined;
  readonly index: readonly string[];
  readonly tryFiles: readonly string[] | undefined;
  readonly answer: { readonly status: number; readonly text: string } | undefined;
  readonly rewrites: readonly { readonly source: string; readonly to: string; readonly flag: string }[];
  /** What `proxy_pass` says. */
  readonly proxy: string | undefined;
  readonly proxyHeaders: readonly (readonly [string, string])[];
  readonly proxyTimeout: number;
  readonly headers: readonly { readonly name: string; readonly value: string; readonly always: boolean }[];
  readonly defaultType: string;
  readonly autoindex: boolean;
  readonly status: boolean;
  /** File and format of the access log; none is written when undefined. */
  readonly accessLog: { readonly path: string; readonly format: string } | undefined;
  readonly errorLog: string;
  readonly errorPages: readonly {
    readonly codes: readonly number[];
    readonly to: string;
    readonly answer: number | undefined;
  }[];
  readonly bodyMax: number;
  readonly access: readonly { readonly allow: boolean; readonly who: string }[];
}

export interface Site {
  readonly names: readonly string[];
  readonly isDefault: boolean;
  readonly locations: readonly Location[];
  /** What holds where no location fits. */
  readonly otherwise: Location;
}

export interface Sites {
  readonly ports: ReadonlyMap<number, readonly Site[]>;
  readonly upstreams: ReadonlyMap<string, readonly string[]>;
  readonly types: ReadonlyMap<string, string>;
  readonly keepAlive: number;
  readonly errorLog: string;
}

const MAIN_FORMAT =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

type Blocks = readonly (readonly Directive[])[];

/** The innermost directive of this name; blocks from the outside in. */
function inherited(blocks: Blocks, name: string): Directive | undefined {
  for (let i = blocks.length - 1; i >= 0; i--) {
    const found = find(blocks[i], name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All directives of this name of the innermost block that has any. */
function inheritedAll(blocks: Blocks, name: string): readonly Directive[] {
  for (let i = blocks.length - 1; i >= 0; i--) {
    const found = findAll(blocks[i], name);
    if (found.length > 0) return found;
  }
  return [];
}

export function buildSites(main: readonly Directive[]): Sites {
  const http = find(main, 'http')?.block ?? [];
  const formats = new Map([
    ['combined', MAIN_FORMAT],
    ...findAll(http, 'log_format').map(
      ({ args }) =>
        [
          args[0] ?? '',
          args
            .slice(1)
            .filter((arg) => !arg.startsWith('escape='))
            .join(''),
        ] as const,
    ),
  ]);
  const ports = new Map<number, Site[]>();
  for (const server of findAll(http, 'server')) {
    const block = server.block ?? [];
    const site = buildSite([main, http, block], formats);
    for (const { port, isDefault } of listens(block)) {
      const sites = ports.get(port) ?? [];
      sites.push({ ...site, isDefault });
      ports.set(port, sites);
    }
  }
  const upstreams = new Map(
    findAll(http, 'upstream').map(
      ({ args, block }) => [args[0] ?? '', findAll(block, 'server').map((each) => each.args[0] ?? '')] as const,
    ),
  );
  return {
    ports,
    upstreams,
    types: typesOf(http),
    keepAlive: seconds(find(http, 'keepalive_timeout')?.args[0] ?? '65'),
    errorLog: find(main, 'error_log')?.args[0] ?? '/var/log/nginx/error.log',
  };
}

function listens(block: readonly Directive[]): { port: number; isDefault: boolean }[] {
  const found = findAll(block, 'listen').map(({ args, file, line }) => {
    const [address = '80', ...rest] = args;
    const port =
      /(?:^|:)(\d+)$/.exec(address)?.[1] ?? (address.includes(':') || address.includes('.') ? '80' : undefined);
    if (port === undefined) throw new ConfigProblem(`invalid parameter "${address}" in ${file}:${line}`);
    if (rest.includes('ssl'))
      throw new ConfigProblem(`listening with ssl isn't modelled on this machine in ${file}:${line}`);
    return { port: Number(port), isDefault: rest.includes('default_server') };
  });
  if (found.length === 0) return [{ port: 80, isDefault: false }];
  return found.filter(({ port }, i) => found.findIndex((each) => each.port === port) === i);
}

function typesOf(http: readonly Directive[]): Map<string, string> {
  const types = new Map<string, string>();
  for (const block of findAll(http, 'types'))
    for (const { name, args } of block.block ?? []) for (const extension of args) types.set(extension, name);
  return types;
}

function buildSite(blocks: Blocks, formats: ReadonlyMap<string, string>): Omit<Site, 'isDefault'> {
  const server = blocks.at(-1) ?? [];
  const locations: Location[] = [];
  collect(blocks, server, formats, locations);
  return {
    names: findAll(server, 'server_name').flatMap(({ args }) => args),
    locations,
    otherwise: buildLocation(blocks, formats, 'prefix', '/'),
  };
}

function collect(
  blocks: Blocks,
  block: readonly Directive[],
  formats: ReadonlyMap<string, string>,
  into: Location[],
): void {
  for (const directive of findAll(block, 'location')) {
    const [first = '/', second] = directive.args;
    const kind = second === undefined ? undefined : first;
    const match =
      kind === '='
        ? 'exact'
        : kind === '^~'
          ? 'first'
          : kind === '~'
            ? 'regex'
            : kind === '~*'
              ? 'regex-any-case'
              : 'prefix';
    const path = second ?? first;
    if (match.startsWith('regex')) checkRegex(path, directive);
    const inner = [...blocks, directive.block ?? []];
    into.push(buildLocation(inner, formats, match, path));
    collect(inner, directive.block ?? [], formats, into);
  }
}

function checkRegex(source: string, { file, line }: Directive): void {
  try {
    compileRegex(source, { dialect: 'perl' });
  } catch (error) {
    if (!(error instanceof RegexProblem)) throw error;
    throw new ConfigProblem(`pcre2_compile() failed: ${error.message} in "${source}" in ${file}:${line}`);
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function size(text: string): number {
  const found = /^(\d+)([kmg]?)$/i.exec(text);
  return Number(found?.[1] ?? 1) * (UNITS[(found?.[2] ?? '').toLowerCase()] ?? 1);
}

function seconds(text: string): number {
  const found = /^(\d+)(ms|s|m|h)?$/.exec(text);
  const unit = { ms: 0.001, s: 1, m: 60, h: 3600 }[found?.[2] ?? 's'] ?? 1;
  return Number(found?.[1] ?? 0) * unit;
}

function buildLocation(
  blocks: Blocks,
  formats: ReadonlyMap<string, string>,
  match: Location['match'],
  path: string,
): Location {
  const own = blocks.at(-1) ?? [];
  const text = (name: string): string | undefined => inherited(blocks, name)?.args[0];
  const log = inherited(blocks, 'access_log')?.args;
  return {
    match,
    path,
    root: text('root') ?? '/etc/nginx/html',
    alias: find(own, 'alias')?.args[0],
    index: inherited(blocks, 'index')?.args ?? ['index.html'],
    tryFiles: find(own, 'try_files')?.args,
    answer: answerOf(find(own, 'return')),
    rewrites: findAll(own, 'rewrite').map(({ args: [source = '', to = '', flag = ''] }) => ({ source, to, flag })),
    proxy: find(own, 'proxy_pass')?.args[0],
    proxyHeaders: inheritedAll(blocks, 'proxy_set_header').map(
      ({ args: [name = '', value = ''] }) => [name, value] as const,
    ),
    proxyTimeout: seconds(text('proxy_read_timeout') ?? '60'),
    headers: inheritedAll(blocks, 'add_header').map(({ args: [name = '', value = '', always] }) => ({
      name,
      value,
      always: always === 'always',
    })),
    defaultType: text('default_type') ?? 'text/plain',
    autoindex: text('autoindex') === 'on',
    status: find(own, 'stub_status') !== undefined,
    accessLog:
      log === undefined
        ? { path: '/var/log/nginx/access.log', format: MAIN_FORMAT }
        : log[0] === 'off'
          ? undefined
          : { path: log[0] ?? '', format: formats.get(log[1] ?? 'combined') ?? MAIN_FORMAT },
    errorLog: text('error_log') ?? '/var/log/nginx/error.log',
    errorPages: inheritedAll(blocks, 'error_page').map(errorPage),
    bodyMax: size(text('client_max_body_size') ?? '1m'),
    access: inheritedAll(blocks, 'allow').length + inheritedAll(blocks, 'deny').length > 0 ? accessRules(blocks) : [],
  };
}

function accessRules(blocks: Blocks): { allow: boolean; who: string }[] {
  for (let i = blocks.length - 1; i >= 0; i--) {
    const rules = (blocks[i] ?? []).filter(({ name }) => name === 'allow' || name === 'deny');
    if (rules.length > 0) return rules.map(({ name, args }) => ({ allow: name === 'allow', who: args[0] ?? 'all' }));
  }
  return [];
}

function answerOf(directive: Directive | undefined): Location['answer'] {
  if (directive === undefined) return undefined;
  const [first = '', text = ''] = directive.args;
  return /^\d{3}$/.test(first) ? { status: Number(first), text } : { status: 302, text: first };
}

function errorPage({ args }: Directive): Location['errorPages'][number] {
  const change = args.find((arg) => arg.startsWith('='));
  return {
    codes: args
      .slice(0, -1)
      .filter((arg) => /^\d{3}$/.test(arg))
      .map(Number),
    to: args.at(-1) ?? '/',
    answer: change === undefined ? undefined : Number(change.slice(1) || 200),
  };
}

/** The site that a request's host asks for: exact names first, then wildcards, then the default. */
export function chooseSite(sites: readonly Site[], host: string): Site | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const exact = sites.find(({ names }) => names.includes(name));
  if (exact !== undefined) return exact;
  const wild = sites.find(({ names }) => names.some((each) => each.startsWith('*.') && name.endsWith(each.slice(1))));
  return wild ?? sites.find(({ isDefault }) => isDefault) ?? sites[0];
}

/** nginx's order: exact, the longest prefix if it is `^~`, the first expression, the longest prefix. */
export function chooseLocation(site: Site, path: string): Location {
  const exact = site.locations.find((location) => location.match === 'exact' && location.path === path);
  if (exact !== undefined) return exact;
  let longest: Location | undefined;
  for (const location of site.locations) {
    if (
      (location.match === 'prefix' || location.match === 'first') &&
      path.startsWith(location.path) &&
      location.path.length > (longest?.path.length ?? -1)
    )
      longest = location;
  }
  if (longest?.match === 'first') return longest;
  const regex = site.locations.find(
    (location) =>
      location.match.startsWith('regex') &&
      compileRegex(location.path, { dialect: 'perl', ignoreCase: location.match === 'regex-any-case' }).test(path),
  );
  return regex ?? longest ?? site.otherwise;
}
