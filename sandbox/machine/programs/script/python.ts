// `python`: `-m http.server`, and scripts that print, wait, count and end. What else a script holds is refused with what can run.

import { durationMs } from '../../../time/units.ts';
import { type HttpReply, serveHttp } from '../../serve.ts';
import { type Blocking, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { readFile, readTextFile } from '../kit/input.ts';
import { strftime } from '../kit/strftime.ts';
import { argumentsOf, evaluateText, type Names, ScriptProblem, shown, splitOutside, type Value } from './expression.ts';

const VERSION = 'Python 3.12.12';
const CAN =
  'This machine runs `python -m http.server`, and scripts of import (os, sys, time, socket, platform, datetime), print, assignments, time.sleep, sys.exit, raise, `while True:` and `for NAME in range(N):`. Write the rest for the shell.';

export const python: Program = function* run(sys, saved) {
  if (isScript(saved)) return yield* runScript(sys, saved);
  const args = sys.argv.slice(1).filter((arg) => !/^-[uBEIsS]+$/.test(arg));
  const [first = '', second = ''] = args;
  if (first === '--version' || first === '-V') {
    yield* sys.write(1, `${VERSION}\n`);
    return 0;
  }
  if (first === '-m' && second === 'http.server') return yield* httpServer(sys, saved, args.slice(2));
  if (first === '-m') return yield* refuse(sys, `the module ${second}`);
  const source =
    first === '-c' ? second : first === '' || first === '-' ? yield* typedIn(sys) : yield* fileOr(sys, first);
  if (typeof source === 'number') return source;
  const lines = linesOf(source);
  const strange = lines.find(({ text }) => !Object.values(FORMS).some((form) => form.test(text)));
  if (strange !== undefined) return yield* refuse(sys, `"${strange.text}"`);
  const words = first === '-c' ? ['-c', ...args.slice(2)] : args;
  return yield* runScript(sys, { kind: 'script', lines, args: words, variables: new Map(), at: 0, loops: [] });
};

function* refuse(sys: Sys, what: string): Blocking<number> {
  yield* sys.write(2, `python: ${what} isn't modelled. ${CAN}\n`);
  return 126;
}

function* typedIn(sys: Sys): Blocking<string | number> {
  return sys.isatty(0) ? yield* refuse(sys, 'the interactive interpreter') : yield* readTextFile(sys, '/dev/stdin');
}

function* fileOr(sys: Sys, path: string): Blocking<string | number> {
  try {
    return yield* readTextFile(sys, path);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    yield* sys.write(2, `python: can't open file '${path}': [Errno 2] No such file or directory\n`);
    return 2;
  }
}

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

/** Lines and what stands between semicolons; `while True: print(1)` is taken apart. */
function linesOf(source: string): readonly Line[] {
  return source.split('\n').flatMap((raw, index) => {
    const indent = raw.length - raw.trimStart().length;
    const bare = (splitOutside(raw, '#')[0] ?? '').trim();
    const number = index + 1;
    const [, head, body] = /^((?:while|for)\b[^:]*:)\s*(\S.*)$/.exec(bare) ?? [];
    if (head === undefined || body === undefined) return statements(bare, indent, number);
    return [{ indent, text: head, number }, ...statements(body, indent + 1, number)];
  });
}

function statements(text: string, indent: number, number: number): readonly Line[] {
  return splitOutside(text, ';')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => ({ indent, text: each, number }));
}

interface Loop {
  /** The line of its head, and the line after its body. */
  readonly begin: number;
  readonly end: number;
  readonly name: string;
  readonly to: number;
  value: number;
}

/** A script that runs: plain data, saved at each turn of a loop. */
interface Script {
  readonly kind: 'script';
  readonly lines: readonly Line[];
  readonly args: readonly string[];
  readonly variables: Map<string, Value>;
  at: number;
  readonly loops: Loop[];
}

function isScript(saved: PlainData | undefined): saved is Script {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'script';
}

/** The script says that it ends. */
class Ending extends Error {
  readonly status: number;
  constructor(status: number) {
    super('end');
    this.status = status;
  }
}

class Raised extends Error {}

function* runScript(sys: Sys, script: Script): Blocking<number> {
  const { lines, loops, args } = script;
  const names = namesFor(sys, script);
  try {
    for (;;) {
      sys.save(script);
      const loop = loops.at(-1);
      const line = lines[script.at];
      if (loop !== undefined && script.at >= loop.end) yield* turn(sys, script, loop);
      else if (line === undefined) return 0;
      else if (!enterLoop(script, line, names)) {
        yield* runStatement(sys, line, names);
        script.at++;
      }
    }
  } catch (error) {
    if (error instanceof Ending) return error.status;
    if (error instanceof ScriptProblem) return yield* refuse(sys, `"${error.message}"`);
    if (!(error instanceof Raised)) throw error;
    const number = lines[script.at]?.number ?? 1;
    const place = `  File "${args[0] === '-c' ? '<string>' : (args[0] ?? '<stdin>')}", line ${number}, in <module>`;
    yield* sys.write(2, `Traceback (most recent call last):\n${place}\n${error.message}\n`);
    return 1;
  }
}

/** Once more, or on behind it. */
function* turn(sys: Sys, script: Script, loop: Loop): Blocking<void> {
  yield* sys.spend(2);
  loop.value++;
  if (loop.value >= loop.to) {
    script.loops.pop();
    script.at = loop.end;
    return;
  }
  if (loop.name !== '') script.variables.set(loop.name, loop.value);
  script.at = loop.begin + 1;
}

/** False when the line is no head of a loop. */
function enterLoop(script: Script, line: Line, names: Names): boolean {
  const count = FORMS.count.exec(line.text);
  if (count === null && !FORMS.forever.test(line.text)) return false;
  const after = script.lines.findIndex((other, index) => index > script.at && other.indent <= line.indent);
  const end = after < 0 ? script.lines.length : after;
  const values = count === null ? [] : argumentsOf(count[2] ?? '', names).values.map(Number);
  const [from, to] = values.length > 1 ? [values[0] ?? 0, values[1] ?? 0] : [0, values[0] ?? Number.MAX_SAFE_INTEGER];
  const name = count?.[1] ?? '';
  script.loops.push({ begin: script.at, end, name, to, value: from - 1 });
  script.at = end;
  return true;
}

function namesFor(sys: Sys, { args, variables }: Script): Names {
  const functions: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
    'os.environ.get': ([name, other]) => sys.env.get(String(name)) ?? other ?? null,
    'os.getenv': ([name, other]) => sys.env.get(String(name)) ?? other ?? null,
    'os.getpid': () => sys.pid,
    'socket.gethostname': () => sys.hostname(),
    'platform.node': () => sys.hostname(),
    'time.time': () => sys.now() / 1000,
    'time.strftime': ([format]) => strftime(String(format), sys.now() / 1000),
    'datetime.datetime.now': () => strftime('%Y-%m-%d %H:%M:%S', sys.now() / 1000),
    'datetime.now': () => strftime('%Y-%m-%d %H:%M:%S', sys.now() / 1000),
    str: ([value]) => shown(value ?? null),
    int: ([value]) => Math.trunc(Number(value)),
    float: ([value]) => Number(value),
    len: ([value]) => String(value).length,
  };
  return {
    variables,
    call: (name, values) => (Object.hasOwn(functions, name) ? functions[name]?.(values) : undefined),
    property: (name) => {
      if (name.startsWith('os.environ.')) return sys.env.get(name.slice(11));
      if (name.startsWith('sys.argv.')) return args[Number(name.slice(9))];
      return name === '__name__' ? '__main__' : undefined;
    },
  };
}

const FORMS = {
  import:
    /^(?:import\s+(?:os|sys|time|socket|platform|datetime)(?:\s*,\s*(?:os|sys|time|socket|platform|datetime))*|from\s+(?:time|datetime|os|sys)\s+import\s+[\w, ]+)$/,
  print: /^print\s*\((.*)\)$/s,
  sleep: /^(?:time\.)?sleep\s*\((.*)\)$/s,
  exit: /^(?:sys\.exit|exit|quit|os\._exit)\s*\((.*)\)$/s,
  raise: /^raise\s+(\w+)(?:\s*\((.*)\))?$/s,
  assign: /^([A-Za-z_]\w*)\s*(\+?)=(?!=)\s*(.+)$/s,
  forever: /^while\s+(?:True|1)\s*:$/,
  count: /^for\s+([A-Za-z_]\w*)\s+in\s+range\s*\((.*)\)\s*:$/s,
  nothing: /^(?:pass|sys\.stdout\.flush\(\))$/,
} as const;

function* runStatement(sys: Sys, line: Line, names: Names): Blocking<void> {
  const { text } = line;
  const print = FORMS.print.exec(text);
  const sleep = FORMS.sleep.exec(text);
  const exit = FORMS.exit.exec(text);
  const raise = FORMS.raise.exec(text);
  const assign = FORMS.assign.exec(text);
  if (print !== null) yield* printLine(sys, print[1] ?? '', names);
  else if (sleep !== null)
    yield* sys.sleep(durationMs(Math.max(0, Number(evaluateText(sleep[1] ?? '', names)) * 1000)));
  else if (exit !== null) {
    const status = (exit[1] ?? '').trim() === '' ? 0 : evaluateText(exit[1] ?? '', names);
    if (typeof status === 'string') yield* sys.write(2, `${status}\n`);
    throw new Ending(typeof status === 'string' ? 1 : Number(status) & 255);
  } else if (raise !== null) {
    const message = (raise[2] ?? '').trim() === '' ? '' : `: ${shown(evaluateText(raise[2] ?? '', names))}`;
    throw new Raised(`${raise[1]}${message}`);
  } else if (assign !== null) {
    const [, name = '', plus, value = ''] = assign;
    const result = plus === '+' ? evaluateText(`${name} + (${value})`, names) : evaluateText(value, names);
    names.variables.set(name, result);
  }
}

function* printLine(sys: Sys, args: string, names: Names): Blocking<void> {
  const { values, keywords } = argumentsOf(args.replace(/,?\s*file\s*=\s*sys\.stderr/, ''), names);
  const to = /file\s*=\s*sys\.stderr/.test(args) ? 2 : 1;
  const separator = String(keywords.get('sep') ?? ' ');
  yield* sys.write(to, `${values.map(shown).join(separator)}${keywords.get('end') ?? '\n'}`);
}

/** Files of the folder, or of `-d`, with a line a request. */
function* httpServer(sys: Sys, saved: PlainData | undefined, args: readonly string[]): Blocking<number> {
  const folderAt = args.findIndex((arg) => arg === '-d' || arg === '--directory');
  const root = folderAt < 0 ? sys.cwd() : (args[folderAt + 1] ?? '.');
  const port = Number(args.find((arg, index) => /^\d+$/.test(arg) && index !== folderAt + 1) ?? 8000);
  if (saved === undefined) yield* sys.write(1, `Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`);
  return yield* serveHttp(sys, saved, {
    port,
    *handle({ path, method }, _, inner) {
      if (method !== 'GET' && method !== 'HEAD') return { status: 501, body: `Unsupported method ('${method}')\n` };
      return yield* filePage(inner, root, path);
    },
    *onAnswer({ client, method, target, version }, { status }, _, inner) {
      const when = strftime('%d/%b/%Y %H:%M:%S', inner.now() / 1000);
      yield* inner.write(2, `${client?.host ?? '-'} - - [${when}] "${method} ${target} ${version}" ${status} -\n`);
    },
  });
}

function* filePage(sys: Sys, root: string, path: string): Blocking<HttpReply> {
  const place = `${root}${path}`;
  const isFolder = statOrNothing(sys, place)?.type === 'directory';
  const index = isFolder ? `${place.replace(/\/$/, '')}/index.html` : place;
  if (!path.split('/').includes('..') && statOrNothing(sys, index)?.type === 'file') {
    const type = /\.html?$/.test(index) ? 'text/html' : 'text/plain';
    return { status: 200, headers: { 'Content-Type': type }, body: yield* readFile(sys, index) };
  }
  if (!isFolder)
    return {
      status: 404,
      headers: { 'Content-Type': 'text/html' },
      body: 'Error response\nError code: 404\nMessage: File not found.\n',
    };
  const rows = sys.readdir(place).map((name) => `<li><a href="${name}">${name}</a></li>\n`);
  return {
    status: 200,
    headers: { 'Content-Type': 'text/html' },
    body: `<h1>Directory listing for ${path}</h1>\n<ul>\n${rows.join('')}</ul>\n`,
  };
}
