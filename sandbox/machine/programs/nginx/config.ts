// nginx's configuration: its syntax (directives and blocks, with includes), and the subset of directives that works here.
// What nginx knows and this server doesn't do is refused by name; what it doesn't know, in nginx's own words.

import { matches, parsePattern } from '../../shell/expand/pattern.ts';
import { type Blocking, type Sys, SysError } from '../../sys.ts';
import { readTextFile } from '../kit/input.ts';

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  readonly file: string;
  readonly line: number;
}

/** Wrong configuration; the message is what follows `[emerg]`. */
export class ConfigProblem extends Error {}

interface Reader {
  readonly text: string;
  readonly file: string;
  at: number;
  line: number;
}

/** Reads a file and everything that it includes. */
export function* readConfig(sys: Sys, file: string, depth = 0): Blocking<readonly Directive[]> {
  let text: string;
  try {
    text = yield* readTextFile(sys, file);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new ConfigProblem(
      `open() "${file}" failed (${error.code === 'EACCES' ? '13: Permission denied' : '2: No such file or directory'})`,
    );
  }
  if (depth > 10) throw new ConfigProblem(`too many includes in ${file}`);
  return yield* withIncludes(sys, parseDirectives({ text, file, at: 0, line: 1 }, false), depth);
}

export function parseText(text: string, file: string): readonly Directive[] {
  return parseDirectives({ text, file, at: 0, line: 1 }, false);
}

function* withIncludes(sys: Sys, directives: readonly Directive[], depth: number): Blocking<readonly Directive[]> {
  const all: Directive[] = [];
  for (const directive of directives) {
    if (directive.name === 'include' && directive.block === undefined) {
      for (const path of includedFiles(sys, directive)) all.push(...(yield* readConfig(sys, path, depth + 1)));
    } else if (directive.block !== undefined) {
      all.push({ ...directive, block: yield* withIncludes(sys, directive.block, depth) });
    } else all.push(directive);
  }
  return all;
}

function includedFiles(sys: Sys, { args, file, line }: Directive): readonly string[] {
  const [given = ''] = args;
  const path = given.startsWith('/') ? given : `/etc/nginx/${given}`;
  if (!/[*?[]/.test(path)) return [path];
  const slash = path.lastIndexOf('/');
  const tokens = parsePattern(path.slice(slash + 1));
  try {
    return sys
      .readdir(path.slice(0, slash))
      .filter((name) => matches(tokens, name))
      .map((name) => `${path.slice(0, slash)}/${name}`);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.code === 'ENOENT') return [];
    throw new ConfigProblem(`include of ${path} failed in ${file}:${line}`);
  }
}

function parseDirectives(r: Reader, inside: boolean): Directive[] {
  const directives: Directive[] = [];
  for (;;) {
    const words = readWords(r);
    if (words.end === 'eof') {
      if (words.list.length > 0)
        throw new ConfigProblem(`unexpected end of file, expecting ";" or "}" in ${r.file}:${r.line}`);
      if (inside) throw new ConfigProblem(`unexpected end of file, expecting "}" in ${r.file}:${r.line}`);
      return directives;
    }
    if (words.end === '}') {
      if (words.list.length > 0 || !inside) throw new ConfigProblem(`unexpected "}" in ${r.file}:${r.line}`);
      return directives;
    }
    const [name, ...args] = words.list;
    if (name === undefined) throw new ConfigProblem(`unexpected "${words.end}" in ${r.file}:${r.line}`);
    const line = words.line;
    const block = words.end === '{' ? parseDirectives(r, true) : undefined;
    directives.push({ name, args, block, file: r.file, line });
  }
}

interface Words {
  readonly list: string[];
  readonly end: ';' | '{' | '}' | 'eof';
  readonly line: number;
}

function readWords(r: Reader): Words {
  const list: string[] = [];
  for (;;) {
    skipBlanks(r);
    const c = r.text.charAt(r.at);
    if (c === '') return { list, end: 'eof', line: r.line };
    if (c === ';' || c === '}' || c === '{') {
      r.at++;
      return { list, end: c, line: r.line };
    }
    list.push(c === '"' || c === "'" ? quoted(r, c) : bare(r));
  }
}

function skipBlanks(r: Reader): void {
  for (; r.at < r.text.length; r.at++) {
    const c = r.text.charAt(r.at);
    if (c === '\n') r.line++;
    else if (c === '#') {
      const end = r.text.indexOf('\n', r.at);
      r.at = (end < 0 ? r.text.length : end) - 1;
    } else if (!/\s/.test(c)) return;
  }
}

function quoted(r: Reader, mark: string): string {
  const from = ++r.at;
  for (; r.at < r.text.length; r.at++) {
    const c = r.text.charAt(r.at);
    if (c === mark) return unescaped(r.text.slice(from, r.at++));
    if (c === '\n') r.line++;
    if (c === '\\') r.at++;
  }
  throw new ConfigProblem(`unexpected end of file, expecting ";" or "}" in ${r.file}:${r.line}`);
}

/** A word ends at blanks, `;` and braces, but for those of `${name}`. */
function bare(r: Reader): string {
  const from = r.at;
  for (; r.at < r.text.length; r.at++) {
    const c = r.text.charAt(r.at);
    if (c === '\\') r.at++;
    else if (c === '{' && r.text.charAt(r.at - 1) === '$') r.at = r.text.indexOf('}', r.at);
    else if (/[\s;{}]/.test(c)) break;
  }
  return unescaped(r.text.slice(from, r.at));
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['r', '\r'],
  ['n', '\n'],
]);

/** In words of either kind; what isn't known stays, for it may be a part of a regular expression. */
function unescaped(word: string): string {
  return word.replace(/\\(["'\\trn])/g, (_, c: string) => ESCAPES.get(c) ?? c);
}

type Place = 'main' | 'events' | 'http' | 'server' | 'location' | 'upstream' | 'types';

const EVERYWHERE: readonly Place[] = ['http', 'server', 'location'];

/** Directives that act here, and where they may stand. */
const ACTING: Readonly<Record<string, readonly Place[]>> = {
  events: ['main'],
  http: ['main'],
  user: ['main'],
  daemon: ['main'],
  server: ['http', 'upstream'],
  upstream: ['http'],
  types: EVERYWHERE,
  location: ['server', 'location'],
  listen: ['server'],
  server_name: ['server'],
  root: EVERYWHERE,
  alias: ['location'],
  index: EVERYWHERE,
  try_files: ['server', 'location'],
  return: ['server', 'location'],
  rewrite: ['server', 'location'],
  error_page: EVERYWHERE,
  proxy_pass: ['location'],
  proxy_set_header: EVERYWHERE,
  proxy_connect_timeout: EVERYWHERE,
  proxy_read_timeout: EVERYWHERE,
  add_header: EVERYWHERE,
  default_type: EVERYWHERE,
  autoindex: EVERYWHERE,
  stub_status: ['server', 'location'],
  access_log: EVERYWHERE,
  error_log: ['main', ...EVERYWHERE],
  log_format: ['http'],
  client_max_body_size: EVERYWHERE,
  keepalive_timeout: EVERYWHERE,
  allow: EVERYWHERE,
  deny: EVERYWHERE,
  include: ['main', ...EVERYWHERE],
};

/** Directives that change nothing that can be noticed here. */
const HARMLESS = new Set(
  `worker_processes worker_connections worker_rlimit_nofile worker_shutdown_timeout pid multi_accept use sendfile tcp_nopush
tcp_nodelay gzip gzip_types gzip_min_length gzip_vary gzip_proxied gzip_comp_level gzip_disable server_tokens charset
types_hash_max_size types_hash_bucket_size server_names_hash_bucket_size proxy_http_version proxy_buffering
proxy_buffers proxy_buffer_size proxy_redirect proxy_send_timeout client_body_buffer_size client_header_timeout
client_body_timeout send_timeout open_file_cache keepalive keepalive_requests log_not_found expires etag etag
absolute_redirect port_in_redirect merge_slashes lock_file pcre_jit proxy_temp_path client_body_temp_path fastcgi_temp_path
uwsgi_temp_path scgi_temp_path zone internal`.split(/\s+/),
);

/** Directives that nginx has and this server doesn't. */
const UNMODELLED = new Set(
  `stream mail map geo if set limit_req limit_req_zone limit_conn limit_conn_zone auth_basic auth_basic_user_file auth_request
ssl_certificate ssl_certificate_key ssl_protocols ssl_ciphers ssl_session_cache ssl_session_timeout proxy_cache
proxy_cache_path fastcgi_pass uwsgi_pass scgi_pass grpc_pass sub_filter mirror split_clients resolver real_ip_header
set_real_ip_from least_conn ip_hash hash random load_module env perl js_import dav_methods proxy_next_upstream`.split(
    /\s+/,
  ),
);

/** Checks names and places of a whole configuration. Throws `ConfigProblem`. */
export function checkConfig(directives: readonly Directive[], place: Place = 'main'): void {
  for (const directive of directives) {
    const { name, block, file, line } = directive;
    if (place === 'types') continue;
    const allowed = Object.hasOwn(ACTING, name) ? ACTING[name] : undefined;
    if (UNMODELLED.has(name))
      throw new ConfigProblem(`directive "${name}" isn't modelled on this machine in ${file}:${line}`);
    if (allowed === undefined && !HARMLESS.has(name))
      throw new ConfigProblem(`unknown directive "${name}" in ${file}:${line}`);
    if (allowed !== undefined && !allowed.includes(place))
      throw new ConfigProblem(`"${name}" directive is not allowed here in ${file}:${line}`);
    if (block === undefined && isBlock(name, place))
      throw new ConfigProblem(`directive "${name}" has no opening "{" in ${file}:${line}`);
    if (block !== undefined && !isBlock(name, place))
      throw new ConfigProblem(`directive "${name}" is not terminated by ";" in ${file}:${line}`);
    if (block !== undefined) checkConfig(block, placeInside(name));
    else if (directive.args.length === 0 && name !== 'stub_status' && name !== 'internal')
      throw new ConfigProblem(`invalid number of arguments in "${name}" directive in ${file}:${line}`);
  }
  if (place === 'main' && !directives.some(({ name }) => name === 'events'))
    throw new ConfigProblem('no "events" section in configuration');
}

function isBlock(name: string, place: Place): boolean {
  return ['events', 'http', 'upstream', 'types', 'location'].includes(name) || (name === 'server' && place === 'http');
}

function placeInside(name: string): Place {
  return name === 'events' || name === 'http' || name === 'upstream' || name === 'types' || name === 'location'
    ? name
    : 'server';
}

export function find(directives: readonly Directive[] | undefined, name: string): Directive | undefined {
  return directives?.findLast((directive) => directive.name === name);
}

export function findAll(directives: readonly Directive[] | undefined, name: string): readonly Directive[] {
  return directives?.filter((directive) => directive.name === name) ?? [];
}
