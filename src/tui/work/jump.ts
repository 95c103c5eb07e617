// `skip` on a desk: at once when it is quick, otherwise a little at a time, with a sign that something goes on, until it is there or
// Ctrl-C is pressed.

import { HOST_CLOCK } from '../../../sandbox/time/pace.ts';
import { duration as lengthOf, say as told } from '../../i18n/say.ts';
import { jump } from '../skip.ts';
import { row, STYLES, span } from '../text.ts';
import { say } from '../words.ts';
import { announce, type Desk, languageOf } from './desk.ts';
import { turned } from './turn.ts';

/** Real milliseconds after which a sign is shown, and how long the cluster runs between two of them. */
const UNSEEN_MS = 200;
const SLICE_MS = 60;
const SIGNS = ['|', '/', '-', '\\'];

export function jumpAhead(desk: Desk, duration: number | undefined): void {
  const { live, options } = desk;
  const clock = options.clock ?? HOST_CLOCK;
  const from = live.elapsed();
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
    const typed = desk.jump?.typed ?? [];
    desk.jump = undefined;
    live.hold('jump', false);
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
  const standing = teacher?.standing() ?? '';
  return standing === '' ? JSON.stringify(live.look().cluster) : standing;
}
