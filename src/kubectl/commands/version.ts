// kubectl version: of kubectl and of the server.

import { goJson } from '../../../sandbox/kube/go/text.ts';
import type { JsonObject } from '../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { asError, ConfigurationError } from '../errors.ts';
import { CLIENT, serverVersion, VERSION_FIELDS } from '../release.ts';
import { writeYaml } from '../text/yaml.ts';

const KUSTOMIZE = 'v5.8.1';

export const version = command<null>({
  path: 'version',
  long: 'Show the versions of kubectl and of the server.',
  examples: `
# Both
kubectl version

# Only kubectl's own
kubectl version --client`,
  *complete(call) {
    if (!call.flags.bool('client')) yield* confirmConfig(call);
    return null;
  },
  validate(_, { args, flags }) {
    if (args.length > 0 && !flags.bool('client')) throw new Error(`extra arguments: [${args.join(' ')}]`);
    if (!['', 'yaml', 'json'].includes(flags.string('output'))) throw new Error("--output must be 'yaml' or 'json'");
  },
  run: (_, call) => run(call),
});

/** Without any configuration there is kubectl's own version to show; a wrong one is an error. */
function* confirmConfig(call: Call): Blocking<void> {
  try {
    yield* call.restConfig();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
  }
}

function* run(call: Call): Blocking<void> {
  let failure: Error | undefined;
  let server: JsonObject | undefined;
  if (!call.flags.bool('client')) {
    try {
      server = yield* serverVersion(yield* call.discoveryClient());
    } catch (error) {
      failure = asError(error);
    }
  }
  yield* call.out(printed(call.flags.string('output'), server));
  if (server !== undefined) yield* warnOfSkew(call, server);
  if (failure !== undefined) throw failure;
}

function printed(output: string, server: JsonObject | undefined): string {
  if (output === '') {
    const lines = [`Client Version: ${CLIENT['gitVersion']}`, `Kustomize Version: ${KUSTOMIZE}`];
    if (server !== undefined) lines.push(`Server Version: ${server['gitVersion']}`);
    return `${lines.join('\n')}\n`;
  }
  const all = {
    clientVersion: CLIENT,
    kustomizeVersion: KUSTOMIZE,
    ...(server === undefined ? {} : { serverVersion: ordered(server) }),
  };
  return output === 'json' ? `${JSON.stringify(JSON.parse(goJson(all)), undefined, 2)}\n` : `${writeYaml(all)}\n`;
}

function ordered(server: JsonObject): JsonObject {
  return Object.fromEntries(
    VERSION_FIELDS.flatMap((field) => (server[field] === undefined ? [] : [[field, server[field]]])),
  );
}

/** kubectl understands servers one minor version before and after its own. */
function* warnOfSkew(call: Call, server: JsonObject): Blocking<void> {
  const [ours, theirs] = [numbers(CLIENT), numbers(server)];
  if (ours === undefined || theirs === undefined) return;
  if (ours[0] === theirs[0] && Math.abs(ours[1] - theirs[1]) <= 1) return;
  const versions = `client (${ours.join('.')}) and server (${theirs.join('.')})`;
  const text = `version difference between ${versions} exceeds the supported minor version skew of +/-1`;
  if (call.flags.bool('warnings-as-errors')) throw new Error(text);
  yield* call.err(`Warning: ${text}\n`);
}

function numbers({ gitVersion }: JsonObject): readonly [number, number] | undefined {
  const match = /^v?(\d+)\.(\d+)\./.exec(String(gitVersion));
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}
