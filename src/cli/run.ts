// The command line of any program of this package: arguments in, one command's code run, its exit status out.

import { Command, CommanderError } from 'commander';
import { describeFailure, EXIT, notBuilt } from './failure.ts';
import { type GlobalOptions, globalOptions, type RawOptions } from './options.ts';
import { VERSION } from './version.ts';

/** A command's code: what it answers is the exit status. */
export type Run = (
  args: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
) => Promise<number>;

export interface CommandEntry {
  /** As commander reads it: `learn <lesson>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly (readonly [flags: string, summary: string])[];
  /** Everything after the command's name is its own. */
  readonly passThrough?: boolean;
  /** It also works on a cluster that a kubeconfig leads to. */
  readonly remote?: true;
  readonly load: () => Promise<Run>;
}

/** Understood before and behind a command's name. */
const GLOBAL_OPTIONS: readonly (readonly [flags: string, summary: string])[] = [
  ['--backend <name>', 'simulator, kind or kubeconfig (default: simulator)'],
  ['--context <name>', 'the context to use with --backend kubeconfig'],
  ['--seed <n>', 'where chance begins'],
  ['--lang <en|ja>', 'language (default: from the locale)'],
  ['--data-dir <dir>', 'where progress is kept'],
  ['--shell <name>', 'workstation, or system: your own bash, zsh or PowerShell on the screen (default: workstation)'],
  ['--no-color', 'no colours'],
  ['--debug', 'print stack traces'],
];

/** The options of the program as they were given, wherever they stood. */
function rawOptions(program: Command, command: Command): RawOptions {
  const given = Object.entries(command.opts()).filter(([key]) => command.getOptionValueSource(key) === 'cli');
  return { ...program.opts<RawOptions>(), ...Object.fromEntries(given) };
}

/** As a program ends that writes to a pipe whose reader has gone: 128 and SIGPIPE. */
const NO_READER = 141;

/** What a program can do. */
export interface CommandLine {
  readonly commands: readonly CommandEntry[];
  /** What it does when no command is named; without it, it says what there is. */
  readonly home?: () => Promise<Run>;
}

/** Runs the program. `args` are those after its name. */
export async function runCommandLine(line: CommandLine, args: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === 'EPIPE') process.exit(NO_READER);
      throw error;
    });
  }
  process.exitCode = await run(line, args);
}

async function run({ commands, home }: CommandLine, args: readonly string[]): Promise<number> {
  let status: number = EXIT.done;
  const program = new Command('k8s-learn')
    .description('Learn Kubernetes on a whole cluster that lives in this process.')
    .version(VERSION, '--version', 'print the version')
    .enablePositionalOptions()
    .exitOverride();
  if (home !== undefined)
    program.action(async () => {
      const code = await home();
      status = await code([], {}, globalOptions(program.opts<RawOptions>(), process.env));
    });
  for (const [flags, summary] of GLOBAL_OPTIONS) program.option(flags, summary);
  for (const entry of commands) {
    const command = program.command(entry.usage).description(entry.summary);
    for (const [flags, summary] of entry.options ?? []) command.option(flags, summary);
    if (entry.passThrough !== true) for (const [flags, summary] of GLOBAL_OPTIONS) command.option(flags, summary);
    if (entry.passThrough === true) command.passThroughOptions().allowUnknownOption().helpOption(false);
    command.action(async () => {
      const options = globalOptions(rawOptions(program, command), process.env);
      if (options.backend !== 'simulator' && entry.remote !== true)
        throw notBuilt(`${command.name()} with --backend ${options.backend}`);
      const code = await entry.load();
      status = await code(command.args, command.opts(), options);
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
