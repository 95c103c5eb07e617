// kubectl rollout history: the revisions of a workload, and one of them in full.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { pageText, tabbedText } from '../../describe/page.ts';
import { podTemplate } from '../../describe/podtemplate.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import { type Info, objectOf } from '../../resource/info.ts';
import { type Revision, revisionsOf } from './revisions.ts';
import { confirmNamed, confirmRevision, selectWorkloads, workloadOf } from './shared.ts';

export const rolloutHistory = command<null>({
  path: 'rollout history',
  long: 'Show the revisions of a workload; with --revision what one of them was in full.',
  examples: `
# All revisions of a deployment
kubectl rollout history deployment/web

# The third revision of a daemon set
kubectl rollout history daemonset/agent --revision=3`,
  *complete(call) {
    yield* call.namespace();
    // What can't be printed isn't looked for.
    if (call.flags.string('output') !== '') yield* objectPrinter(call, printerOptions(call));
    return null;
  },
  validate(_, call) {
    confirmNamed(call);
    confirmRevision(call);
  },
  *run(_, call) {
    const selected = yield* selectWorkloads(call);
    yield* selected.visit((info) => (call.flags.string('output') === '' ? tell(call, info) : print(call, info)));
  },
});

function* revisions(call: Call, info: Info): Blocking<readonly Revision[]> {
  const workload = workloadOf(info, 'history viewer', 'history');
  return yield* revisionsOf(yield* call.client(), workload, info.namespace, info.name);
}

function wanted(found: readonly Revision[], number: number): Revision {
  const revision = found.find((each) => each.number === number);
  if (revision === undefined) throw new Error('unable to find the specified revision');
  return revision;
}

/** The objects behind revisions, in the form that is asked for. */
function* print(call: Call, info: Info): Blocking<void> {
  const printer = yield* objectPrinter(call, printerOptions(call, { typed: true }));
  const found = yield* revisions(call, info);
  const number = call.flags.number('revision');
  for (const { object } of number > 0 ? [wanted(found, number)] : found) yield* call.out(printer.print(object));
}

function* tell(call: Call, info: Info): Blocking<void> {
  const number = call.flags.number('revision');
  const found = yield* revisions(call, info);
  const story =
    found.length === 0 ? 'No rollout history found.' : number > 0 ? details(wanted(found, number)) : list(found);
  const operation = `${number > 0 ? `with revision #${number}` : ''}\n${story}`;
  yield* call.out((yield* objectPrinter(call, printerOptions(call, { operation }))).print(objectOf(info)));
}

export function details({ template }: Revision): string {
  return tabbedText((page) => podTemplate(page, template));
}

function list(found: readonly Revision[]): string {
  return pageText((page) => {
    page.line(0, 'REVISION\tCHANGE-CAUSE');
    for (const { number, cause } of found) page.line(0, `${number}\t${cause || '<none>'}`);
  });
}
