// `skip` in plain lines, in a lesson and in a drill: how late it is then, why it ended there, and the last of what happened meanwhile.

import type { Language } from '../i18n/language.ts';
import { duration, phrase, say, tell } from '../i18n/say.ts';
import type { Driver } from '../lessons/drive.ts';
import type { Runner } from '../lessons/runner.ts';
import type { Session } from '../session/session.ts';
import { skipLength } from '../session/skiplength.ts';
import { ROUND } from '../tui/glyphs.ts';
import { happeningRows, MEANWHILE, meanwhile } from '../tui/happenings.ts';
import { readCluster } from '../tui/live.ts';
import { plain } from '../tui/text.ts';
import { happeningsIn } from '../tui/work/model.ts';

export interface PlainSkip {
  readonly session: Session;
  readonly runner: Runner;
  readonly driver: Driver;
  readonly lang: Language;
  /** How far a jump without a length goes if no goal ticks, in milliseconds. */
  readonly furthestMs: number;
}

/** No line is cut for want of room. */
const COLUMNS = 400;

/** What is said to it; undefined for other lines. */
export function skipPlainly(line: string, desk: PlainSkip): readonly string[] | undefined {
  const [word, length, ...rest] = line.normalize('NFKC').trim().split(/\s+/);
  if (word !== 'skip' || rest.length > 0) return undefined;
  const { session, runner, driver, lang, furthestMs } = desk;
  const wished = length === undefined ? undefined : skipLength(length);
  if (length !== undefined && wished === undefined) return [tell(lang, 'learn.skipUsage', {})];
  const begin = session.now();
  const ticked = (): number => runner.goals().filter(({ state }) => state === 'done').length;
  const already = ticked();
  if (wished === undefined) driver.until(() => ticked() > already, furthestMs);
  else driver.wait(wished);
  const isVain = wished === undefined && ticked() <= already;
  runner.update({ tries: true });
  const time = duration(session.now() - begin);
  const head = isVain ? phrase('learn.skippedVain', { time }) : phrase('learn.skipped', { time });
  return [say(head, lang), ...othersSince(session, begin)];
}

function othersSince(session: Session, begin: number): readonly string[] {
  const happened = happeningsIn(session, readCluster(session).events);
  const since = meanwhile(happened, begin - session.beginning.startTime);
  return happeningRows(since, COLUMNS, MEANWHILE, ROUND, '').map((row) => plain(row).trimEnd());
}
