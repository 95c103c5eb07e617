// Beginning a lesson at a later step: what belongs to the earlier ones is done as the first solution does it.

import type { Session } from '../session/session.ts';
import { createDriver } from './drive.ts';
import { partsOf } from './proof/orders.ts';
import type { Runner } from './runner.ts';

/** A command of a solution that does not end is stopped after so much cluster time. */
const SCRIPT_MS = 3_600_000;
const AFTER_MS = 2000;

/** `step` is counted from 1. */
export function goToStep(session: Session, runner: Runner, step: number): void {
  const { steps, solutions } = runner.lesson;
  const earlier = steps.slice(0, Math.max(0, step - 1)).flatMap((one) => one.goals ?? []);
  const open = new Set(earlier.filter((id) => runner.goal(id)?.state === 'open'));
  if (open.size > 0) {
    const { before, parts } = partsOf(solutions[0] ?? { file: '', text: '' });
    const script = [before, ...parts.filter(({ goal }) => open.has(goal)).map(({ text }) => text)].join('\n');
    const driver = createDriver(session, runner, () => {});
    session.enter({ kind: 'files', files: { '.k8s-learn/script': script } });
    session.settle();
    driver.line('bash ~/.k8s-learn/script', SCRIPT_MS);
    driver.wait(AFTER_MS);
    runner.update({ tries: true });
  }
  while (runner.step() + 1 < step && runner.next());
}
