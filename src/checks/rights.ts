// Checks of the kinds `can` and `refused`: what the API lets somebody do, and what it turns away. Both are asked on a
// copy of the cluster, and nothing is written.

import { phrase, type Words } from '../i18n/say.ts';
import { manifestText } from './acts.ts';
import type { CanCheck, RefusedCheck } from './check.ts';
import type { Ground } from './ground.ts';
import { lastLine, shellWord } from './script.ts';
import { fails, fits, type Verdict } from './verdict.ts';

const ASK_MS = 60_000;

export function canExpectation({ as, verb, resource, allowed }: CanCheck): Words {
  return phrase(allowed ? 'can.may' : 'can.mayNot', { as, verb, resource });
}

export function judgeCan(check: CanCheck, { session }: Ground): Verdict {
  const { as, groups, verb, resource, name, namespace, allowed } = check;
  const where = namespace === '*' ? '--all-namespaces' : `-n ${shellWord(namespace)}`;
  const what = name === undefined ? resource : `${resource}/${name}`;
  const asked = `kubectl --kubeconfig="$ADMIN_KUBECONFIG" auth can-i ${shellWord(verb)} ${shellWord(what)} ${identity(as, groups)} ${where}`;
  const { output } = session.exec(asked, ASK_MS);
  const answer = lastLine(output);
  const may = answer.startsWith('yes');
  if (!may && !answer.startsWith('no')) return fails(canExpectation(check), phrase('can.unknown', { problem: answer }));
  const actual = phrase(may ? 'can.may' : 'can.mayNot', { as, verb, resource });
  return may === allowed ? fits(canExpectation(check), actual) : fails(canExpectation(check), actual);
}

/** As `kubectl` takes it. */
function identity(as: string, groups: readonly string[]): string {
  return [`--as=${shellWord(as)}`, ...groups.map((group) => `--as-group=${shellWord(group)}`)].join(' ');
}

export function refusedExpectation({ write, mentions }: RefusedCheck): Words {
  const { kind, metadata } = (write.objects[0] ?? {}) as { kind?: string; metadata?: { name?: string } };
  const what = `${write.verb} ${kind ?? ''} ${metadata?.name ?? ''}`.trim();
  return mentions === undefined
    ? phrase('refused.expected', { what })
    : phrase('refused.expectedText', { what, text: mentions });
}

export function judgeRefused(check: RefusedCheck, { session }: Ground): Verdict {
  const { write, as, groups, mentions } = check;
  const expected = refusedExpectation(check);
  const who = as === undefined ? '' : identity(as, groups);
  const how = write.verb === 'apply' ? 'apply --server-side --force-conflicts' : write.verb;
  const script = `kubectl --kubeconfig="$ADMIN_KUBECONFIG" ${how} --dry-run=server ${who} -f - <<'END_OF_MANIFEST'\n${manifestText(write.objects)}`;
  const { status, output } = session.exec(script, ASK_MS);
  const problem = lastLine(output);
  if (status === 0) return fails(expected, phrase('refused.accepted', {}));
  const asWanted = mentions === undefined || output.includes(mentions);
  return asWanted
    ? fits(expected, phrase('refused.said', { problem }))
    : fails(expected, phrase('refused.otherwise', { problem }));
}
