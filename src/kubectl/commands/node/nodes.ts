// Nodes as cordon, uncordon and drain find them, and how they are closed to new pods and opened again.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import { isObject } from '../../../../sandbox/kube/json.ts';
import { parseLabelSelector } from '../../../../sandbox/kube/selectors/labelselectorparser.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { rowOf } from '../../data/catalog.ts';
import { asError, usageError } from '../../errors.ts';
import { namePrinter } from '../../printers/printer.ts';
import { type Info, mappingOf, objectOf } from '../../resource/info.ts';
import { patchObject } from '../../resource/requests.ts';
import { ACCEPT_TYPED } from '../../rest/client.ts';
import { type DryRun, dryRunOf, operationText } from '../shared/write.ts';

/** Nodes in a page of a list, where no flag says it. */
const PAGE = 500;

export interface NodeOptions {
  readonly dryRun: DryRun;
  readonly nodes: readonly Info[];
}

export function* nodeOptions(call: Call): Blocking<NodeOptions> {
  const { args, flags, path } = call;
  const selector = flags.string('selector');
  if (args.length === 0 && !flags.changed('selector')) {
    const usage = rowOf(path).usage.replace(/ \[options\]$/, '');
    throw usageError(`kubectl ${path}`, `USAGE: ${usage} [flags]`);
  }
  if (args.length > 0 && selector !== '') {
    throw usageError(`kubectl ${path}`, 'error: cannot specify both a node name and a --selector option');
  }
  const dryRun = yield* dryRunOf(call);
  confirmPodSelector(call);
  const { namespace } = yield* call.namespace();
  const selected = yield* call.select({
    namespace,
    ...(selector === ''
      ? { named: { names: args, defaultType: 'nodes' } }
      : { args: ['nodes'], labelSelector: selector }),
    chunkSize: flags.has('chunk-size') ? flags.number('chunk-size') : PAGE,
    typed: true,
    singleType: true,
    flatten: true,
  });
  const nodes = yield* selected.infos();
  for (const info of nodes) {
    const { group, version, resource } = mappingOf(info);
    if (group === '' && resource === 'nodes') continue;
    throw new Error(`error: expected resource of type node, got ${quote(`${group}/${version}, Resource=${resource}`)}`);
  }
  return { dryRun, nodes };
}

function confirmPodSelector({ flags }: Call): void {
  if (!flags.has('pod-selector') || flags.string('pod-selector') === '') return;
  try {
    parseLabelSelector(flags.string('pod-selector'));
  } catch {
    throw new Error('--pod-selector=<pod_selector> must be a valid label selector');
  }
}

export function printed(object: JsonObject, operation: string, dryRun: DryRun): string {
  return namePrinter(operationText(operation, dryRun)).print(object);
}

/** Closes the nodes to new pods, or opens them. What can't be changed is said and passed over. */
export function* cordonAll(call: Call, { nodes, dryRun }: NodeOptions, close: boolean): Blocking<void> {
  const verb = close ? 'cordon' : 'uncordon';
  for (const info of nodes) {
    const node = objectOf(info);
    const spec = isObject(node['spec']) ? node['spec'] : {};
    if ((spec['unschedulable'] === true) === close) {
      yield* call.out(printed(node, `already ${verb}ed`, dryRun));
      continue;
    }
    try {
      if (dryRun !== 'client') yield* setUnschedulable(call, info, close, dryRun);
      yield* call.out(printed(node, `${verb}ed`, dryRun));
    } catch (error) {
      yield* call.err(`error: unable to ${verb} node ${quote(info.name)}: ${asError(error).message}\n`);
    }
  }
}

function* setUnschedulable(call: Call, info: Info, close: boolean, dryRun: DryRun): Blocking<void> {
  const patch = JSON.stringify({ spec: { unschedulable: close ? true : null } });
  yield* patchObject(yield* call.client(), info, 'strategic', patch, {
    dryRun: dryRun === 'server',
    accept: ACCEPT_TYPED,
  });
}
