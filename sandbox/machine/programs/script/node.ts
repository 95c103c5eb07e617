// `node`: scripts that print, wait and end; `setInterval` and `setTimeout` with such a body. What else a script holds is
// refused with what can run.

import { durationMs, rfc3339 } from '../../../time/units.ts';
import { type Blocking, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { readTextFile } from '../kit/input.ts';
import { argumentsOf, evaluateText, type Names, ScriptProblem, splitOutside, type Value } from './expression.ts';

const VERSION = 'v22.21.1';
const CAN =
  'This machine runs scripts of console.log, console.error, const and let, process.exit, setInterval and setTimeout of such a body. learn/hello is a web server.';

interface Timer {
  readonly every: number;
  readonly body: string;
  at: number;
}

/** What is put off: plain data, saved before each wait. */
interface Timers {
  readonly kind: 'timers';
  readonly variables: Map<string, Value>;
  readonly timers: Timer[];
  /** What is to run next. */
  readonly pending: string[];
}

function isTimers(saved: PlainData | undefined): saved is Timers {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'timers';
}

export const node: Program = function* run(sys, saved) {
  const args = sys.argv.slice(1);
  const [first = '', second = ''] = args;
  if (first === '--version' || first === '-v') {
    yield* sys.write(1, `${VERSION}\n`);
    return 0;
  }
  try {
    if (isTimers(saved)) return yield* runTimers(sys, saved);
    const isText = first === '-e' || first === '--eval' || first === '-p';
    const source = isText ? second : yield* readTextFile(sys, first === '' || first === '-' ? '/dev/stdin' : first);
    const script = first === '-p' ? `console.log(${source})` : source;
    return yield* runTimers(sys, yield* runAll(sys, script));
  } catch (error) {
    if (error instanceof Ending) return error.status;
    if (error instanceof ScriptProblem) {
      yield* sys.write(2, `node: "${error.message}" isn't modelled. ${CAN}\n`);
      return 126;
    }
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    yield* sys.write(
      2,
      `node:internal/modules/cjs/loader\n  throw err;\n  ^\n\nError: Cannot find module '${first}'\n`,
    );
    return 1;
  }
};

class Ending extends Error {
  readonly status: number;
  constructor(status: number) {
    super('end');
    this.status = status;
  }
}

function namesFor(sys: Sys, variables: Map<string, Value>): Names {
  const functions: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
    'os.hostname': () => sys.hostname(),
    'Date.now': () => sys.now(),
    Date: () => rfc3339(sys.now()),
    String: ([value]) => String(value ?? null),
    Number: ([value]) => Number(value),
  };
  return {
    variables,
    call: (name, values) => (Object.hasOwn(functions, name) ? functions[name]?.(values) : undefined),
    property: (name) => {
      if (name.startsWith('process.env.')) return sys.env.get(name.slice(12)) ?? 'undefined';
      return name === 'process.pid' ? sys.pid : name === 'process.version' ? VERSION : undefined;
    },
  };
}

const FORMS = {
  print: /^console\.(log|info|error|warn)\s*\((.*)\)$/s,
  exit: /^process\.exit\s*\((.*)\)$/s,
  assign: /^(?:const|let|var)?\s*([A-Za-z_$][\w$]*)\s*=(?!=|>)\s*(.+)$/s,
  module: /^(?:const|let|var)\s+[\w${}, ]+\s*=\s*require\(\s*['"](?:node:)?(?:os|process)['"]\s*\)$/,
  timer: /^set(Interval|Timeout)\s*\(\s*(?:\(\s*\)\s*=>|function\s*\(\s*\))\s*(.*?),\s*([\d_* ]+)\)$/s,
} as const;

function statementsOf(source: string): readonly string[] {
  const bare = source
    .split('\n')
    .filter((line) => !/^\s*(\/\/|#!)/.test(line))
    .join('\n');
  return splitOutside(bare, ';')
    .flatMap((part) => splitOutside(part, '\n'))
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Runs what stands there; what it puts off is left. */
function* runAll(sys: Sys, source: string): Blocking<Timers> {
  const statements = statementsOf(source);
  const strange = statements.find((text) => !Object.values(FORMS).some((form) => form.test(text)));
  if (strange !== undefined) throw new ScriptProblem(strange.slice(0, 80));
  const state: Timers = { kind: 'timers', variables: new Map(), timers: [], pending: [] };
  const names = namesFor(sys, state.variables);
  for (const text of statements) {
    const timer = FORMS.timer.exec(text);
    if (timer === null) yield* runStatement(sys, text, names);
    else {
      const wait = Math.max(1, Number(evaluateText((timer[3] ?? '').replace(/_/g, ''), names)));
      const body = (timer[2] ?? '').trim().replace(/^\{([\s\S]*)\}$/, '$1');
      state.timers.push({ at: sys.now() + wait, every: timer[1] === 'Interval' ? wait : 0, body });
    }
  }
  return state;
}

function* runTimers(sys: Sys, state: Timers): Blocking<number> {
  const { timers, variables, pending } = state;
  const names = namesFor(sys, variables);
  for (;;) {
    sys.save(state);
    const [text] = pending;
    if (text !== undefined) {
      yield* runStatement(sys, text, names);
      pending.shift();
      continue;
    }
    timers.sort((one, other) => one.at - other.at);
    const [next] = timers;
    if (next === undefined) return 0;
    yield* sys.sleep(durationMs(Math.max(0, next.at - sys.now())));
    if (next.every === 0) timers.shift();
    else next.at += next.every;
    pending.push(...statementsOf(next.body));
  }
}

function* runStatement(sys: Sys, text: string, names: Names): Blocking<void> {
  const print = FORMS.print.exec(text);
  const exit = FORMS.exit.exec(text);
  const assign = FORMS.assign.exec(text);
  if (print !== null) {
    const { values } = argumentsOf((print[2] ?? '').replace(/\bnew Date\(\)(\.\w+\(\))?/g, 'Date()'), names);
    yield* sys.write(print[1] === 'log' || print[1] === 'info' ? 1 : 2, `${values.map(String).join(' ')}\n`);
  } else if (exit !== null)
    throw new Ending(Number((exit[1] ?? '').trim() === '' ? 0 : evaluateText(exit[1] ?? '', names)) & 255);
  else if (FORMS.module.test(text)) return;
  else if (assign !== null) names.variables.set(assign[1] ?? '', evaluateText(assign[2] ?? '', names));
  else throw new ScriptProblem(text.slice(0, 80));
}
