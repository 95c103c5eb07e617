// kubectl config: contexts, and which of them counts.

import { compareText, quote } from '../../../../sandbox/kube/go/text.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import type { Command } from '../../command.ts';
import { SeveralErrors } from '../../errors.ts';
import { settled } from '../../kubeconfig/write.ts';
import { createTabWriter, TABLE } from '../../text/tabwriter.ts';
import { configCommand, entryOf, fileOf, MisusedError, misused, onlyArgument, save, startingConfig } from './shared.ts';

function* currentContext(call: Call): Blocking<void> {
  const { currentContext: current } = yield* startingConfig(call);
  if (current === '') throw new Error('current-context is not set');
  yield* call.out(`${current}\n`);
}

function* useContext(call: Call): Blocking<void> {
  const name = onlyArgument(call);
  const config = yield* startingConfig(call);
  if (name === '') throw new Error('empty context names are not allowed');
  if (!config.contexts.has(name)) throw new Error(`no context exists with the name: ${quote(name)}`);
  yield* save(call, config, { ...config, currentContext: name });
  yield* call.out(`Switched to context ${quote(name)}.\n`);
}

function* getContexts(call: Call): Blocking<void> {
  const { flags, args } = call;
  const output = flags.string('output');
  if (output !== '' && output !== 'name') {
    const what = 'is not available in kubectl config get-contexts; resetting to default output format';
    throw new Error(`--output ${output} ${what}`);
  }
  const { contexts, currentContext: current } = yield* startingConfig(call);
  const missing = args.filter((name) => !contexts.has(name));
  const names = (args.length === 0 ? [...contexts.keys()] : args.filter((name) => contexts.has(name))).sort(
    compareText,
  );
  const writer = createTabWriter(TABLE);
  if (!flags.bool('no-headers') && output === '') writer.write('CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n');
  for (const name of names) {
    const { cluster = '', user = '', namespace = '' } = contexts.get(name)?.value ?? {};
    const row = [name === current ? '*' : ' ', name, cluster, user, namespace];
    writer.write(output === 'name' ? `${name}\n` : `${row.join('\t')}\n`);
  }
  yield* call.out(writer.flush());
  if (missing.length > 0) throw new SeveralErrors(missing.map((name) => new Error(`context ${name} not found`)));
}

function* setContext(call: Call): Blocking<void> {
  const { flags, args } = call;
  const [given = ''] = args;
  if (args.length > 1) throw misused(args);
  if (given === '' && !flags.bool('current')) {
    throw new Error('you must specify a non-empty context name or --current');
  }
  if (given !== '' && flags.bool('current')) {
    throw new Error('you cannot specify both a context name and --current');
  }
  const config = yield* startingConfig(call);
  const name = given || config.currentContext;
  if (name === '') throw new Error('no current context is set');
  const known = config.contexts.get(name);
  const text = (flag: string): object => (flags.changed(flag) ? { [flag]: flags.string(flag) } : {});
  const value = settled({ ...known?.value, ...text('cluster'), ...text('user'), ...text('namespace') });
  const contexts = new Map([...config.contexts, [name, { ...(known ?? entryOf({})), value }]]);
  yield* save(call, config, { ...config, contexts });
  yield* call.out(`Context ${quote(name)} ${known === undefined ? 'created' : 'modified'}.\n`);
}

function* deleteContext(call: Call): Blocking<void> {
  const name = onlyArgument(call, new MisusedError(''));
  const config = yield* startingConfig(call);
  if (!config.contexts.has(name)) throw new Error(`cannot delete context ${name}, not in ${fileOf(call)}`);
  if (config.currentContext === name) {
    yield* call.err(
      'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
    );
  }
  const contexts = new Map([...config.contexts].filter(([each]) => each !== name));
  yield* save(call, config, { ...config, contexts });
  yield* call.out(`deleted context ${name} from ${fileOf(call)}\n`);
}

function* renameContext(call: Call): Blocking<void> {
  const [name = '', newName = '', ...more] = call.args;
  if (call.args.length !== 2 || more.length > 0) throw misused(call.args);
  if (newName === '') throw new Error('You must specify a new non-empty context name');
  const config = yield* startingConfig(call);
  const known = config.contexts.get(name);
  const problem = `cannot rename the context ${quote(name)},`;
  if (known === undefined) throw new Error(`${problem} it's not in ${fileOf(call)}`);
  if (config.contexts.has(newName)) {
    throw new Error(`${problem} the context ${quote(newName)} already exists in ${fileOf(call)}`);
  }
  const others = [...config.contexts].filter(([each]) => each !== name);
  const contexts = new Map([...others, [newName, known] as const]);
  const current = config.currentContext === name ? newName : config.currentContext;
  yield* save(call, config, { ...config, contexts, currentContext: current });
  yield* call.out(`Context ${quote(name)} renamed to ${quote(newName)}.\n`);
}

export const contextCommands: readonly Command[] = [
  configCommand(
    'current-context',
    'Show the current context.',
    `
# Which one it is
kubectl config current-context`,
    currentContext,
  ),
  configCommand(
    'use-context',
    'Make a context of the kubeconfig the current one.',
    `
# Work with another cluster from now on
kubectl config use-context staging`,
    useContext,
  ),
  configCommand(
    'get-contexts',
    'Show the contexts of the kubeconfig, all or some.',
    `
# All
kubectl config get-contexts

# One
kubectl config get-contexts staging`,
    getContexts,
  ),
  configCommand(
    'set-context',
    'Set a context of the kubeconfig.\n\nWhat no flag names stays as it was.',
    `
# Another namespace from now on
kubectl config set-context --current --namespace=team

# A user for a context
kubectl config set-context staging --user=ann`,
    setContext,
  ),
  configCommand(
    'delete-context',
    'Take a context out of the kubeconfig.',
    `
# The context of a cluster that is gone
kubectl config delete-context staging`,
    deleteContext,
  ),
  configCommand(
    'rename-context',
    'Give a context another name.\n\nOf a current context the kubeconfig remembers the new name.',
    `
# A shorter name
kubectl config rename-context kind-staging staging`,
    renameContext,
  ),
];
