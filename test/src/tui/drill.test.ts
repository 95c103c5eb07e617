import { afterEach, describe, expect, it } from 'vitest';
import { openStage, type Stage } from './stage.ts';

const HALF_FAIL = '90-drills/01-half-fail';
const open: Stage[] = [];

afterEach(() => {
  for (const stage of open.splice(0)) stage.work.close();
});

async function incident(leave: (onward: boolean) => void = () => {}): Promise<Stage> {
  const stage = await openStage(HALF_FAIL, { columns: 80, rows: 24 }, 'en', undefined, leave);
  open.push(stage);
  return stage;
}

const seen = (stage: Stage): string => stage.screen().join('\n');

describe('an incident on the screen', { timeout: 120_000 }, () => {
  it('begins with the page and a running clock; what must not be touched is not told', async () => {
    const stage = await incident();
    expect(seen(stage)).toMatch(/D01 Half the requests fail.*\/ 8:00/);
    expect(seen(stage)).toContain('half of the requests fail');
    await stage.line('check');
    expect(seen(stage)).toContain('no request to tickets fails');
    expect(seen(stage)).not.toContain('is not touched');
  });

  it('has no undo and no next step, in the menu or as words', async () => {
    const stage = await incident();
    await stage.type('\x1b');
    expect(seen(stage)).not.toMatch(/take back|next step|offered/);
    await stage.type('\x1b');
    const before = stage.session.inputs().length;
    await stage.line('undo');
    expect(stage.session.inputs()).toHaveLength(before);
    expect(seen(stage)).toContain('Words: diagnose KIND/NAME');
  });

  it('is left by Ctrl-D and goes on, until it is given up: then it is told what was to blame, with three lines to paste', async () => {
    const left: boolean[] = [];
    const stage = await incident((onward) => left.push(onward));
    await stage.type('\x04');
    expect(left).toEqual([false]);
    await stage.line('diagnose pod/client');
    await stage.line('give up');
    expect(seen(stage)).toContain('The cause: job/backfill, service/tickets');
    await stage.type('y');
    expect(stage.clipboard()).toMatch(
      /^k8s-learn drill D01 Half the requests fail\ncause - \(✗1\) {2}recovered - .*\n□{6} {2}k8s-learn drill D01 --seed 1\n$/,
    );
    await stage.type('\r');
    expect(left).toEqual([false, true]);
  });

  it('is over when the cluster is well again; the clock stops, Enter leads to the debrief', async () => {
    const stage = await incident();
    await stage.line('diagnose svc/tickets');
    await stage.line('kubectl get svc -n blue tickets -o name');
    await stage.line(`kubectl patch svc tickets -n blue -p '{"spec":{"selector":{"role":"web"}}}'`, 3000);
    await stage.line('skip 125s', 3000);
    await stage.line('check', 2000);
    expect(seen(stage)).toMatch(/Recovered after \d:\d\d/);
    const clock = /\d+:\d\d \/ 8:00/.exec(seen(stage))?.[0];
    await stage.pass(5000);
    expect(seen(stage)).toContain(clock);
    await stage.type('\r');
    expect(seen(stage)).toContain('The alert that would have told');
  });
});
