// The command line: arguments in, one command's `run` out. Each command's own code is loaded only when it is asked for.

import { Command, CommanderError } from 'commander';
import { describeFailure, EXIT, notBuilt } from './cli/failure.ts';
import { type GlobalOptions, globalOptions, type RawOptions } from './cli/options.ts';
import { VERSION } from './cli/version.ts';

/** A command's code: what it answers is the exit status. */
type Run = (args: readonly string[], own: Readonly<Record<string, unknown>>, options: GlobalOptions) => Promise<number>;

interface CommandEntry {
  /** As commander reads it: `learn <lesson>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly (readonly [flags: string, summary: string])[];
  /** Everything after the command's name is its own. */
  readonly passThrough?: boolean;
  readonly load: () => Promise<Run>;
}

const missing = (what: string) => (): Promise<Run> => Promise.reject(notBuilt(what));

const COMMANDS: readonly CommandEntry[] = [
  {
    usage: 'exec [script]',
    summary: 'run a shell script on a fresh workstation with a fresh cluster, as fast as it goes',
    options: [
      ['--cluster <file>', 'the cluster to make (YAML)'],
      ['--files <dir>', 'files for the home folder'],
    ],
    load: async () => (await import('./cli/exec.ts')).exec,
  },
  {
    usage: 'play',
    summary: 'a cluster and a shell, without a lesson',
    options: [['--cluster <file>', 'the cluster to make (YAML)']],
    load: async () => (await import('./cli/play.ts')).play,
  },
  { usage: 'list', summary: 'modules, lessons, progress', options: [['--json', 'as JSON']], load: missing('`list`') },
];

/** Runs the program. `args` are those after its name. */
export async function main(args: readonly string[]): Promise<void> {
  process.exitCode = await run(args);
}

async function run(args: readonly string[]): Promise<number> {
  let status: number = EXIT.done;
  const program = new Command('k8s-learn')
    .description('Learn Kubernetes on a whole cluster that lives in this process.')
    .version(VERSION, '--version', 'print the version')
    .option('--backend <name>', 'simulator, kind or kubeconfig', 'simulator')
    .option('--context <name>', 'the context to use with --backend kubeconfig')
    .option('--seed <n>', 'where chance begins')
    .option('--lang <en|ja>', 'language (default: from the locale)')
    .option('--data-dir <dir>', 'where progress is kept')
    .option('--no-color', 'no colours')
    .option('--debug', 'print stack traces')
    .enablePositionalOptions()
    .exitOverride();
  program.action(async () => {
    const { home } = await import('./cli/play.ts');
    status = await home([], {}, globalOptions(program.opts<RawOptions>(), process.env));
  });
  for (const entry of COMMANDS) {
    const command = program.command(entry.usage).description(entry.summary);
    for (const [flags, summary] of entry.options ?? []) command.option(flags, summary);
    if (entry.passThrough === true) command.passThroughOptions().allowUnknownOption().helpOption(false);
    command.action(async () => {
      const code = await entry.load();
      status = await code(command.args, command.opts(), globalOptions(program.opts<RawOptions>(), process.env));
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    console.error(describeFailure(error, args.includes('--debug')));
    return error instanceof Error && 'status' in error && typeof error.status === 'number'
      ? error.status
      : EXIT.environment;
  }
}
