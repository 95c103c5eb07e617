// kubectl create token

import type { ResourceType } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { ServiceAccounts } from '../../../../sandbox/schema/generated/resources.ts';
import type { AuthenticationV1TokenRequest, V1TokenRequestSpec } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError } from '../../errors.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import type { ObjectPrinter } from '../../printers/printer.ts';
import { objectPath } from '../../resource/paths.ts';
import { canonicalObject, createTyped } from '../../resource/typed.ts';
import { nameArgument, typed } from './generator.ts';

/** What a token can be bound to, with the version in which it is named. */
const BOUND_KINDS = new Map([
  ['Node', 'v1'],
  ['Pod', 'v1'],
  ['Secret', 'v1'],
]);

const TokenRequests: ResourceType<AuthenticationV1TokenRequest> = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  resource: 'serviceaccounts',
  namespaced: true,
};

interface TokenOptions {
  readonly name: string;
  readonly namespace: string;
  /** Only when a form of output is asked for. */
  readonly printer: ObjectPrinter | undefined;
}

export const createToken = command<TokenOptions>({
  path: 'create token',
  long: 'Ask for a token of a service account.',
  examples: `
# A token for the service account agent
kubectl create token agent

# In another namespace
kubectl create token agent --namespace monitoring

# One that is good for ten minutes
kubectl create token agent --duration 10m

# One for somebody else than the API server
kubectl create token agent --audience https://example.com

# One that ends when a secret is deleted
kubectl create token agent --bound-object-kind Secret --bound-object-name agent-key`,
  *complete(call) {
    const name = nameArgument(call);
    const { namespace } = yield* call.namespace();
    yield* call.restConfig();
    const printer = yield* objectPrinter(call, printerOptions(call, { operation: 'created', ...typed(TokenRequests) }));
    return { name, namespace, printer: call.flags.string('output') === '' ? undefined : printer };
  },
  validate({ name, namespace }, call) {
    if (name === '') throw new Error('service account name is required');
    if (namespace === '') throw new Error('--namespace is required');
    confirmDuration(call.flags.duration('duration'));
    if (call.flags.strings('audience').includes('')) throw new Error('--audience must not be an empty string');
    confirmBinding(call);
  },
  *run({ name, namespace, printer }, call) {
    const answer = yield* requestToken(call, namespace, name);
    const token = answer.status?.token ?? '';
    if (token === '') throw new Error('failed to create token: no token in server response');
    if (printer !== undefined) yield* call.out(printer.print(canonicalObject(answer, TokenRequests)));
    else yield* call.out(call.sys.isatty(1) ? `${token}\n` : token);
  },
});

function confirmDuration(duration: number): void {
  if (duration < 0) throw new Error('--duration must be greater than or equal to 0');
  if (duration % 1000 !== 0) throw new Error('--duration cannot be expressed in units less than seconds');
}

function confirmBinding({ flags }: Call): void {
  const kind = flags.string('bound-object-kind');
  for (const flag of ['bound-object-name', 'bound-object-uid']) {
    if (kind === '' && flags.string(flag) !== '') {
      throw new Error(`--${flag} can only be set if --bound-object-kind is provided`);
    }
  }
  if (kind === '') return;
  if (!BOUND_KINDS.has(kind)) {
    throw new Error(`supported --bound-object-kind values are ${[...BOUND_KINDS.keys()].join(', ')}`);
  }
  if (flags.string('bound-object-name') === '') {
    throw new Error('--bound-object-name is required if --bound-object-kind is provided');
  }
}

function* requestToken(call: Call, namespace: string, name: string): Blocking<AuthenticationV1TokenRequest> {
  try {
    const path = objectPath(ServiceAccounts, namespace, name, 'token');
    return yield* createTyped(yield* call.client(), TokenRequests, namespace, { spec: tokenSpec(call) }, { path });
  } catch (error) {
    throw new Error(`failed to create token: ${asError(error).message}`);
  }
}

function tokenSpec({ flags }: Call): V1TokenRequestSpec {
  const seconds = flags.duration('duration') / 1000;
  const kind = flags.string('bound-object-kind');
  const uid = flags.string('bound-object-uid');
  const boundObjectRef = {
    kind,
    apiVersion: BOUND_KINDS.get(kind) ?? '',
    name: flags.string('bound-object-name'),
    ...(uid === '' ? {} : { uid }),
  };
  return {
    audiences: flags.strings('audience'),
    ...(seconds > 0 ? { expirationSeconds: seconds } : {}),
    ...(kind === '' ? {} : { boundObjectRef }),
  };
}
