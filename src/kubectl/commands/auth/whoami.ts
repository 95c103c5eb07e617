// kubectl auth whoami: as whom the server sees us.

import { compareText } from '../../../../sandbox/kube/go/text.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { SelfSubjectReviews } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1SelfSubjectReview } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { goList } from '../../describe/parts.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import { canonicalObject, createTyped } from '../../resource/typed.ts';
import { hasReason, isNotFound } from '../../rest/status.ts';
import { createTabWriter, TABLE } from '../../text/tabwriter.ts';
import { typed } from '../create/generator.ts';

export const whoAmI = command<null>({
  path: 'auth whoami',
  long: 'Show as whom the server sees us: name, groups and what else it knows. Useful where a token or a proxy says who we are.',
  examples: `
# As a table
kubectl auth whoami

# As JSON
kubectl auth whoami -o json`,
  *complete(call) {
    yield* call.restConfig();
    if (call.flags.changed('output')) yield* objectPrinter(call, printerOptions(call));
    return null;
  },
  *run(_, call) {
    const review = yield* ask(call);
    const print = printerOptions(call, typed(SelfSubjectReviews));
    // A template alone is no format here.
    if (!call.flags.changed('output')) yield* call.out(table(review));
    else yield* call.out((yield* objectPrinter(call, print)).print(canonicalObject(review, SelfSubjectReviews)));
  },
});

function* ask(call: Call): Blocking<V1SelfSubjectReview> {
  try {
    return yield* createTyped(yield* call.client(), SelfSubjectReviews, '', {});
  } catch (error) {
    const missing = 'the selfsubjectreviews API is not enabled in the cluster';
    if (hasReason(error, 'Forbidden')) throw new Error(`${missing} or you do not have permission to call it`);
    throw isNotFound(error) ? new Error(missing) : error;
  }
}

function table({ status }: V1SelfSubjectReview): string {
  const { username = '', uid = '', groups = [], extra = {} } = status?.userInfo ?? {};
  const writer = createTabWriter(TABLE);
  writer.write('ATTRIBUTE\tVALUE\n');
  if (username !== '') writer.write(`Username\t${username}\n`);
  if (uid !== '') writer.write(`UID\t${uid}\n`);
  if (groups.length > 0) writer.write(`Groups\t${goList(groups)}\n`);
  for (const [key, values] of Object.entries(extra).sort(([a], [b]) => compareText(a, b))) {
    writer.write(`Extra: ${key}\t${goList(values)}\n`);
  }
  return writer.flush();
}
