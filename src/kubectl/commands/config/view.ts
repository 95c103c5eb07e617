// kubectl config view: all kubeconfig files as one.

import { encodeBase64 } from '../../../../sandbox/kube/go/base64.ts';
import { goJson } from '../../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, own } from '../../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { usageError } from '../../errors.ts';
import { readFile } from '../../files.ts';
import { loadFile } from '../../kubeconfig/load.ts';
import { type Entry, encodeKubeconfig, type Kubeconfig } from '../../kubeconfig/model.ts';
import { COMMON_FORMATS, objectPrinter, printerOptions } from '../../printers/formats.ts';
import { kyamlText } from '../../printers/kyaml.ts';
import type { ObjectPrinter } from '../../printers/printer.ts';
import { indentCompact } from '../../text/json.ts';
import { startingConfig } from './shared.ts';

interface ViewOptions {
  readonly printer: ObjectPrinter;
  readonly merge: boolean;
}

const FORMATS = COMMON_FORMATS;

export const configView = command<ViewOptions>({
  path: 'config view',
  long: `
Show what the kubeconfig files say together, or what one of them says.

Secrets are left out, unless --raw or --flatten asks for them. One value can be had with a JSONPath.`,
  examples: `
# All
kubectl config view

# With certificates and secrets
kubectl config view --raw

# One user's password
kubectl config view --raw -o jsonpath='{.users[?(@.name == "ann")].user.password}'`,
  *complete(call) {
    const { args, flags } = call;
    if (args.length > 0) throw usageError('kubectl config view', `unexpected arguments: [${args.join(' ')}]`);
    const options = printerOptions(call, { formats: FORMATS });
    const printer = own(IN_ORDER, options.output.toLowerCase()) ?? (yield* objectPrinter(call, options));
    return { printer, merge: !flags.changed('merge') || flags.bool('merge') };
  },
  *run({ printer, merge }, call) {
    const { flags, configFiles, sys } = call;
    if (!merge && !configFiles.explicit) throw new Error('if merge==false a precise file must be specified');
    let config = merge ? yield* startingConfig(call) : yield* preciseFile(call);
    if (flags.bool('minify')) config = minified(config, flags.string('context'));
    if (flags.bool('flatten')) config = yield* flattened(call, config);
    else if (!flags.bool('raw')) config = redacted(config);
    yield* sys.write(1, printer.print(encodeKubeconfig(config)));
  },
});

/** What isn't to be merged with anything has to be there. */
function* preciseFile(call: Call): Blocking<Kubeconfig> {
  const path = call.configFiles.paths[0] ?? '';
  const found = yield* loadFile(call.sys, path, call.log);
  if (found === undefined) throw new Error(`open ${path}: no such file or directory`);
  return found;
}

/** Only what the current context refers to. */
function minified(config: Kubeconfig, chosen: string): Kubeconfig {
  const current = chosen || config.currentContext;
  if (current === '') throw new Error('current-context must exist in order to minify');
  const context = config.contexts.get(current);
  if (context === undefined) throw new Error(`cannot locate context ${current}`);
  const { cluster = '', user = '' } = context.value;
  return {
    ...config,
    currentContext: current,
    contexts: new Map([[current, context]]),
    clusters: only(config.clusters, cluster, 'cluster'),
    users: only(config.users, user, 'user'),
  };
}

function only<T>(entries: ReadonlyMap<string, Entry<T>>, name: string, what: string): ReadonlyMap<string, Entry<T>> {
  if (name === '') return new Map();
  const entry = entries.get(name);
  if (entry === undefined) throw new Error(`cannot locate ${what} ${name}`);
  return new Map([[name, entry]]);
}

const FILES = ['certificate-authority', 'client-certificate', 'client-key'];

/** What lies in files comes into the kubeconfig itself. */
function* flattened(call: Call, config: Kubeconfig): Blocking<Kubeconfig> {
  const inline = function* (entries: ReadonlyMap<string, Entry<JsonObject>>) {
    const result = new Map<string, Entry<JsonObject>>();
    for (const [name, entry] of entries) {
      let { value } = entry;
      for (const field of FILES) {
        const path = value[field];
        if (typeof path !== 'string' || path === '') continue;
        const { [field]: _, ...rest } = value;
        value = { ...rest, [`${field}-data`]: encodeBase64(yield* readFile(call.sys, path)) };
      }
      result.set(name, { ...entry, value });
    }
    return result;
  };
  return { ...config, clusters: yield* inline(config.clusters), users: yield* inline(config.users) } as Kubeconfig;
}

function redacted(config: Kubeconfig): Kubeconfig {
  const hidden = (entries: ReadonlyMap<string, Entry<JsonObject>>): ReadonlyMap<string, Entry<JsonObject>> =>
    new Map([...entries].map(([name, entry]) => [name, { ...entry, value: withoutSecrets(entry.value) }]));
  return { ...config, clusters: hidden(config.clusters), users: hidden(config.users) } as Kubeconfig;
}

function withoutSecrets(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([field, text]) => {
      if (!text) return [field, text];
      if (field.endsWith('-data')) return [field, 'DATA+OMITTED'];
      return [field, field === 'token' || field === 'password' ? 'REDACTED' : text];
    }),
  );
}

const ORDER: readonly string[] = [
  ...['kind', 'apiVersion', 'preferences', 'clusters', 'users', 'contexts', 'current-context', 'extensions'],
  ...['name', 'cluster', 'server', 'tls-server-name', 'insecure-skip-tls-verify', 'certificate-authority'],
  ...['certificate-authority-data', 'proxy-url', 'disable-compression', 'client-certificate'],
  ...['client-certificate-data', 'client-key', 'client-key-data', 'token', 'tokenFile', 'as', 'as-uid', 'as-groups'],
  ...['as-user-extra', 'username', 'password', 'auth-provider', 'exec', 'context', 'user', 'namespace'],
];

const EXEC_ORDER = ['command', 'args', 'env', 'apiVersion', 'installHint', 'provideClusterInfo', 'interactiveMode'];

/** JSON and what is made of it have the fields in the order of their types. */
const IN_ORDER: Readonly<Record<string, ObjectPrinter>> = {
  json: { print: (object) => `${indentCompact(goJson(inOrder(object)))}\n` },
  kyaml: { print: (object) => kyamlText(inOrder(object), Object.keys) },
};

function inOrder(object: JsonObject, order = ORDER): JsonObject {
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  const entries = Object.entries(object).sort(([a], [b]) => rank(a) - rank(b));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (isArray(value)) return [key, value.map((item) => (isObject(item) ? inOrder(item) : item))];
      return [key, isObject(value) ? inOrder(value, key === 'exec' ? EXEC_ORDER : ORDER) : value];
    }),
  );
}
