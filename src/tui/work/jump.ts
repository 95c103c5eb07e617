// `skip` on a desk: at once when it is quick, otherwise a little at a time, with a sign that something goes on, until it is there or
// Ctrl-C is pressed.

import { HOST_CLOCK } from '../../../sandbox/time/pace.ts';
import { duration as lengthOf, say as told } from '../../i18n/say.ts';
import { happeningRows, MEANWHILE, meanwhile } from '../happenings.ts';
import { jump, PATIENCE_MS } from '../skip.ts';
import type { Stand } from '../teacher.ts';
import { plain, row, STYLES, span } from '../text.ts';
import { say } from '../words.ts';
import { announce, type Desk, front, languageOf, tellLines } from './desk.ts';
import { happened } from './model.ts';
import { turned } from './turn.ts';

/** Real milliseconds after which a sign is shown, and how long the cluster runs between two of them. */
const UNSEEN_MS = 200;
const SLICE_MS = 60;
const SIGNS = ['|', '/', '-', '\\'];
const DIM = '\x1b[2m';

export function jumpAhead(desk: Desk, duration: number | undefined): void {
  const { live, options } = desk;
  const clock = options.clock ?? HOST_CLOCK;
  const from = live.elapsed();
  const before = desk.teacher?.standing() ?? [];
  const steps = jump(options.session, duration, () => whatMatters(desk));
  let slices = 0;

  /** Whether it is over. */
  const run = (milliseconds: number): boolean => {
    const end = clock.now() + milliseconds;
    do if (desk.jump?.stopped !== false || steps.next().done === true) return true;
    while (clock.now() < end);
    return false;
  };
  const passed = (): string => told(lengthOf(live.elapsed() - from), languageOf(desk));
  const finish = (): void => {
    const { typed = [], stopped = false } = desk.jump ?? {};
    desk.jump = undefined;
    live.hold('jump', false);
    const wished = duration !== undefined || stopped;
    if (desk.shells.rests(desk.current)) tellLanding(desk, wished ? '' : whyHere(desk, before, from), passed(), from);
    announce(desk, row(span(say(languageOf(desk), 'skipped', { time: passed() }), STYLES.dim)));
    turned(desk);
    for (const each of typed) each();
  };
  const goOn = (): void => {
    if (desk.jump === undefined) return;
    if (run(SLICE_MS)) {
      finish();
      return;
    }
    const sign = SIGNS[slices++ % SIGNS.length] ?? '';
    desk.notice = row(span(` ${sign} ${say(languageOf(desk), 'skipping', { time: passed() })}`, STYLES.busy));
    options.changed();
    clock.later(goOn, 0);
  };

  live.hold('jump', true);
  desk.jump = { stopped: false, typed: [] };
  if (run(UNSEEN_MS)) finish();
  else goOn();
}

/** What concerns a goal; where no goal is open, all that can be seen. */
function whatMatters({ teacher, live }: Desk): string {
  const standing = teacher?.standing() ?? [];
  return standing.length === 0 ? JSON.stringify(live.look().cluster) : printOf(standing);
}

function printOf(standing: readonly Stand[]): string {
  return standing.map(({ print }) => print).join('\n');
}

/** Why a jump without a length has ended: what is other than before, or that nothing is. */
function whyHere(desk: Desk, before: readonly Stand[], from: number): string {
  const after = desk.teacher?.standing() ?? [];
  const lang = languageOf(desk);
  if (before.length > 0 && printOf(after) === printOf(before)) return say(lang, 'skipNothing');
  if (before.length === 0) return desk.live.elapsed() - from >= PATIENCE_MS ? say(lang, 'skipStill') : '';
  const changed = after.find(({ print }) => before.every((one) => one.print !== print));
  if (changed !== undefined) return `${changed.title}: ${changed.actual}`;
  return before.find(({ title }) => after.every((one) => one.title !== title))?.title ?? '';
}

/** How late it is, why it ended there, and the last of what happened meanwhile. */
function tellLanding(desk: Desk, why: string, time: string, from: number): void {
  const lang = languageOf(desk);
  desk.live.look();
  const others = meanwhile(happened(desk), from);
  const { columns } = front(desk).size();
  const { glyphs } = desk.options.surface();
  const rows = happeningRows(others, columns - 1, MEANWHILE, glyphs, '').map(plain);
  const more = others.length - rows.length;
  const head = [say(lang, 'skipped', { time }), why].filter((text) => text !== '').join(': ');
  const unseen = more > 0 ? [` ${say(lang, 'skipMore', { n: more })}`] : [];
  tellLines(desk, [`── ${head} ──`, ...unseen, ...rows], DIM);
}
