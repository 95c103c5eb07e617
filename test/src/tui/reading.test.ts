// What is read of a lesson on a desk: the story page by page, what answers a question only behind it, what has to be known first.

import { afterEach, describe, expect, it } from 'vitest';
import { openStage, type Stage } from './stage.ts';

const FIRST_POD = '01-first-steps/01-first-pod';
const open: Stage[] = [];

afterEach(() => {
  for (const stage of open.splice(0)) stage.work.close();
});

async function stageOf(lesson: string): Promise<Stage> {
  const stage = await openStage(lesson, { columns: 80, rows: 24 });
  open.push(stage);
  return stage;
}

const seen = (stage: Stage): string => stage.screen().join('\n');

describe('a lesson on a desk', () => {
  it('says what a step has shown when it is done', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('2');
    await stage.line('kubectl run hello --image=learn/hello:1.0', 20_000);
    expect(seen(stage)).toContain('the scheduler chose a node');
    expect(seen(stage)).toMatch(/Enter: (?:read on|next step)/);
  });

  it('says that a question is open to who types a command instead', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('kubectl');
    expect(seen(stage)).toContain('a question is open: 1-3 answers it');
    await stage.type('2');
    expect(seen(stage)).toContain('~ $');
  });

  it('names the lesson that is open where there is no room for it', async () => {
    const stage = await stageOf('01-first-steps/02-spec-and-status');
    await stage.resize({ columns: 50, rows: 10 });
    expect(seen(stage)).toContain('`k8s-learn learn 1.2 --plain`');
  });

  it('reads a story to its end before Enter goes on to the next step, where it is shown', async () => {
    const stage = await stageOf(FIRST_POD);
    await stage.type('2');
    await stage.line('k run hello --image=learn/hello:1.0', 20_000);
    const pages = Number(/page 1\/(\d+)/.exec(seen(stage))?.[1]);
    expect(pages).toBeGreaterThan(2);
    for (let page = 2; page <= pages; page++) {
      expect(seen(stage)).toContain('Enter: read on');
      await stage.type('\r');
      expect(seen(stage)).toContain(`page ${page}/${pages}`);
    }
    expect(seen(stage)).toContain('Enter: next step');
    await stage.type('\r');
    expect(seen(stage)).toContain('step 2/5');
  });

  it('a step that asks for nothing is left by Enter once what it offers was tried', async () => {
    const stage = await stageOf('01-first-steps/04-labels-and-selectors');
    await stage.line('kubectl get pods --show-labels', 3000);
    expect(seen(stage)).toContain('read and try');
    await stage.type('\r');
    expect(seen(stage)).toContain('step 1/4');
    await stage.line('kubectl get pods -L role,stage,tier', 3000);
    expect(seen(stage)).not.toContain('read and try');
    for (let page = 0; page < 5 && seen(stage).includes('step 1/4'); page++) await stage.type('\r');
    expect(seen(stage)).toContain('step 2/4');
  });

  it('goes on in the story behind the command that was run, not behind words that name it', async () => {
    const stage = await stageOf('02-reading-the-cluster/01-four-questions');
    expect(seen(stage)).toContain('Four Pods run here');
    await stage.type('2');
    await stage.line('kubectl get pods');
    expect(seen(stage)).toContain('The column STATUS is one word');
  });

  it('says what has to be known before a card can hide it', async () => {
    const told = ['Another k8s-learn has this open: nothing of it will be kept.'];
    const stage = await openStage(FIRST_POD, { columns: 80, rows: 24 }, 'en', undefined, undefined, told);
    open.push(stage);
    expect(seen(stage)).toContain('Before you begin');
    expect(seen(stage)).toContain('nothing of it will be kept');
    await stage.type('\x1b');
    expect(seen(stage)).toContain('Where will it run?');
  });

  it('does not show what would answer a question before it is answered', async () => {
    const stage = await openStage(FIRST_POD, { columns: 140, rows: 45 });
    open.push(stage);
    await stage.type('2');
    await stage.line('kubectl run hello --image=learn/hello:1.0', 20_000);
    const onward = async (step: number): Promise<void> => {
      while (!seen(stage).includes(`step ${step}/5`)) await stage.type('\r');
    };
    await onward(2);
    await stage.line('answer version 1.0');
    await onward(3);
    expect(seen(stage)).toContain('What will the cluster do?');
    expect(seen(stage)).toContain('kubectl delete pod hello');
    expect(seen(stage)).not.toContain('Look as often as you like');
    await stage.type('1');
    expect(seen(stage)).toContain('Look as often as you like');
  });
});
