// Checks of the kind `workstation`: what lies in the learner's home folder.

import { parse } from 'yaml';
import type { JsonValue } from '../../sandbox/kube/json.ts';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { phrase } from '../i18n/say.ts';
import type { WorkstationCheck } from './check.ts';
import { mismatch } from './match.ts';
import { fails, fits, type Verdict } from './verdict.ts';

/** `content` is undefined when there is no such file. */
export function judgeFile({ file, contains, yaml }: WorkstationCheck, content: string | undefined): Verdict {
  const expected =
    contains === undefined
      ? phrase('workstation.expected', { file })
      : phrase('workstation.expectedText', { file, text: contains });
  if (content === undefined) return fails(expected, phrase('workstation.missing', { file }));
  if (contains !== undefined && !content.includes(contains))
    return fails(expected, phrase('workstation.differs', { file }));
  if (yaml === undefined) return fits(expected, phrase('workstation.there', { file }));
  try {
    const value = parse(content, { maxAliasCount: 100 }) as JsonValue;
    if (mismatch(yaml, value) === undefined) return fits(expected, phrase('workstation.there', { file }));
    return fails(expected, phrase('workstation.differs', { file }));
  } catch (error) {
    const problem = messageOf(error).split('\n')[0] ?? '';
    return fails(expected, phrase('workstation.broken', { file, problem }));
  }
}
