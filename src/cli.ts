// The command line: arguments in, one command's `run` out. Each command's own code is loaded only when it is asked for.

import { notBuilt } from './cli/failure.ts';
import { type CommandEntry, type Run, runCommandLine } from './cli/run.ts';
import { KUBECTL } from './kubectlcli.ts';

const missing = (what: string) => (): Promise<Run> => Promise.reject(notBuilt(what));

const COMMANDS: readonly CommandEntry[] = [
  {
    usage: 'exec [script]',
    summary: 'run a shell script on a fresh workstation with a fresh cluster, as fast as it goes',
    options: [
      ['--cluster <file>', 'the cluster to make (YAML)'],
      ['--files <dir>', 'files for the home folder'],
      ['--start-time <time>', 'where the clock starts (2026-01-01T00:00:00Z)'],
    ],
    load: async () => (await import('./cli/exec.ts')).exec,
  },
  {
    usage: 'play',
    summary: 'a cluster and a shell, without a lesson',
    options: [['--cluster <file>', 'the cluster to make (YAML)']],
    load: async () => (await import('./cli/play.ts')).play,
  },
  {
    usage: 'serve',
    summary: 'the cluster as an HTTPS endpoint on 127.0.0.1 for stock kubectl, Helm and client libraries',
    options: [
      ['--port <n>', 'the port (default: any free one)'],
      ['--kubeconfig <file>', 'where to write the kubeconfig (default: in the data folder)'],
      ['--cluster <file>', 'the cluster to make (YAML)'],
      ['--webhooks', 'webhooks by URL on this machine (127.0.0.1, localhost) are called'],
    ],
    load: async () => (await import('./cli/serve.ts')).serve,
  },
  {
    usage: 'list',
    summary: 'modules, lessons, progress',
    options: [['--json', 'as JSON']],
    load: async () => (await import('./cli/list.ts')).list,
  },
  {
    usage: 'learn <lesson>',
    summary: 'one lesson',
    options: [
      ['--plain', 'read command lines from standard input, write lines'],
      ['--restart', 'begin it again'],
      ['--step <n>', 'begin at a later step'],
    ],
    load: async () => (await import('./cli/learn.ts')).learn,
  },
  {
    usage: 'check <lesson>',
    remote: true,
    summary: "the verdict on a lesson's cluster",
    options: [
      ['--json', 'as JSON'],
      ['--script <file>', 'on a fresh cluster after this script, instead of the one that was left'],
    ],
    load: async () => (await import('./cli/check.ts')).check,
  },
  {
    usage: 'progress [verb] [file]',
    summary: 'what was learned so far: show, export, import, reset',
    load: async () => (await import('./cli/progress.ts')).progress,
  },
  {
    usage: 'pack <verb> [args...]',
    summary: "lesson authors' tools: lint, new, test, schema, bundle, install, remove",
    options: [
      ['--watch', 'with test: again after each change'],
      ['--verbose', 'say what is being tried'],
      ['--replace', 'with install: in the place of a pack of the same id'],
      ['--thorough', 'with lint: also leave out each command of a solution'],
      ['--mutate', 'with lint: as --thorough, and weaken every check, and list what the proofs do not notice'],
      ['--jobs <n>', 'with lint: how many lessons at once (default: one for each processor)'],
      ['--orders <n>', 'in how many other orders solutions are tried (default: 2)'],
    ],
    load: async () => (await import('./cli/pack.ts')).pack,
  },
  {
    usage: 'session <verb> [args...]',
    summary: 'save, replay, why, share, open: what was done, to be kept and done again',
    load: async () => (await import('./cli/session.ts')).session,
  },
  {
    usage: 'doctor',
    summary: 'what is there, what works, what to do about the rest',
    load: async () => (await import('./cli/doctor.ts')).doctor,
  },
  KUBECTL,
  {
    usage: 'why [words...]',
    remote: true,
    summary: 'what is wrong: KIND/NAME, not ready, pending',
    options: [
      ['-n, --namespace <name>', 'where to look'],
      ['-A, --all-namespaces', 'look everywhere'],
    ],
    load: async () => (await import('./cli/why.ts')).why,
  },
  {
    usage: 'drill [id]',
    summary: 'an incident: a page arrives, the clock runs',
    options: [
      ['--restart', 'begin it anew, instead of where it was left'],
      ['--daily', 'the one of today, the same for everybody'],
      ['--plain', 'read command lines from standard input, write lines'],
    ],
    load: async () => (await import('./cli/drill.ts')).drill,
  },
  { usage: 'exam <id>', summary: 'timed, weighted tasks', load: missing('`exam`') },
  {
    usage: 'review',
    summary: 'questions that are due again',
    options: [['--all', 'all questions, due or not']],
    load: async () => (await import('./cli/review.ts')).review,
  },
  { usage: 'workshop <verb>', summary: 'instructor-led courses', load: missing('`workshop`') },
];

/** Runs the program. `args` are those after its name. */
export function main(args: readonly string[]): Promise<void> {
  return runCommandLine({ commands: COMMANDS, home: async () => (await import('./cli/play.ts')).home }, args);
}
