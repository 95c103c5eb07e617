// kubectl certificate approve and deny: the say of a person over a request for a certificate.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { groupKind } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { CertificateSigningRequests } from '../../../sandbox/schema/generated/resources.ts';
import type { V1CertificateSigningRequest } from '../../../sandbox/schema/generated/types.ts';
import type { Call } from '../call.ts';
import { type Command, command } from '../command.ts';
import { asError } from '../errors.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import type { ObjectPrinter } from '../printers/printer.ts';
import { type Info, mappingOf, objectOf } from '../resource/info.ts';
import { getTyped, updateTyped } from '../resource/typed.ts';
import { hasReason, isNotFound } from '../rest/status.ts';
import { fileOptions } from './shared/files.ts';

interface Say {
  readonly type: 'Approved' | 'Denied';
  readonly other: 'Approved' | 'Denied';
  readonly reason: string;
  readonly message: string;
}

const MAX_TRIES = 10;

function certificateCommand(verb: 'approve' | 'deny', long: string, say: Say): Command {
  return command<ObjectPrinter>({
    path: `certificate ${verb}`,
    long,
    examples: `
# One request
kubectl certificate ${verb} jane`,
    *complete(call) {
      const printer = yield* objectPrinter(call, printerOptions(call, { operation: say.type.toLowerCase() }));
      yield* call.restConfig();
      return printer;
    },
    validate(_, call) {
      const { filenames, kustomize } = fileOptions(call);
      if (call.args.length === 0 && filenames.length === 0 && kustomize === '') {
        throw new Error('one or more CSRs must be specified as <name> or -f <filename>');
      }
    },
    *run(printer, call) {
      const named = { names: call.args, defaultType: 'certificatesigningrequests' };
      const selected = yield* call.select({
        namespace: '',
        files: fileOptions(call),
        ...(call.args.length === 0 ? {} : { named }),
        flatten: true,
        latest: true,
        continueOnError: true,
      });
      let found = 0;
      yield* selected.visit(function* (info) {
        yield* judge(call, info, say);
        found++;
        yield* call.out(printer.print(objectOf(info)));
      });
      if (found === 0) yield* call.out('No resources found\n');
    },
  });
}

function* judge(call: Call, info: Info, say: Say): Blocking<void> {
  const kind = groupKind(mappingOf(info));
  const wanted = 'CertificateSigningRequest.certificates.k8s.io';
  if (kind !== wanted) throw new Error(`can only handle ${wanted} objects, got ${kind}`);
  for (let attempt = 0; ; attempt++) {
    const request = yield* requestOf(call, info.name);
    const conditions = request.status?.conditions ?? [];
    if (conditions.some(({ type }) => type === say.other)) {
      throw new Error(`certificate signing request ${quote(info.name)} is already ${say.other}`);
    }
    const has = conditions.some(({ type }) => type === say.type);
    if (has && !call.flags.bool('force')) return;
    try {
      const changed = has ? request : withCondition(call, request, say);
      yield* updateTyped(yield* call.client(), CertificateSigningRequests, changed, { subresource: 'approval' });
      return;
    } catch (error) {
      if (!hasReason(error, 'Conflict') || attempt >= MAX_TRIES) throw error;
    }
  }
}

function* requestOf(call: Call, name: string): Blocking<V1CertificateSigningRequest> {
  try {
    return yield* getTyped(yield* call.client(), CertificateSigningRequests, '', name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Error(`could not find v1 version of ${name}: ${asError(error).message}`);
  }
}

function withCondition(
  { sys }: Call,
  request: V1CertificateSigningRequest,
  { type, reason, message }: Say,
): V1CertificateSigningRequest {
  const lastUpdateTime = new Date(sys.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const condition = { type, status: 'True', reason, message, lastUpdateTime };
  const { conditions = [] } = request.status ?? {};
  return { ...request, status: { ...request.status, conditions: [...conditions, condition] } };
}

export const certificateCommands: readonly Command[] = [
  certificateCommand(
    'approve',
    `
Approve a request for a certificate.

A controller then signs it. Whoever has the certificate can act with the identity that the request asks for: look at it before.`,
    {
      type: 'Approved',
      other: 'Denied',
      reason: 'KubectlApprove',
      message: 'This CSR was approved by kubectl certificate approve.',
    },
  ),
  certificateCommand('deny', 'Deny a request for a certificate. No controller will sign it.', {
    type: 'Denied',
    other: 'Approved',
    reason: 'KubectlDeny',
    message: 'This CSR was denied by kubectl certificate deny.',
  }),
];
