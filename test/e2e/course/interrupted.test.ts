// A lesson with everything that comes between: keys at bad moments, other sizes, commands taken back, a terminal that is closed,
// a program that is killed, a second window. It is gone on with where it was, to its end.

import { expect, it } from 'vitest';
import { atPrompt, commandsOf, lessonOf, playing, pty, run, SLOW, sitting, toTheEnd } from './learner.ts';

const LESSON = '03-workloads/02-deployment';
const SMALL = { columns: 80, rows: 24 };
const LARGE = { columns: 140, rows: 45 };

it.skipIf(pty === undefined)('a lesson is left, killed and gone on with, and still played to its end', async () => {
  const args = ['learn', LESSON, '--lang', 'en'];
  await playing(SMALL, args, async (player, folder) => {
    // Ctrl-C in a line, in what waits for ever, in an editor; Ctrl-Z, and what was put to sleep goes on.
    await run(player, 'kubectl create configmap kept --from-literal=a=1');
    await player.until('configmap/kept created', SLOW);
    await player.prompt(SLOW);
    await player.type('kubectl delete deploy\x03');
    await player.prompt();
    await player.line('kubectl get pods -w');
    await player.until('Ctrl-C stops', SLOW);
    await player.resize(LARGE.columns, LARGE.rows);
    await player.type('\x03');
    await player.prompt();
    await player.line('kubectl edit configmap kept');
    await player.until('-edit-', SLOW);
    await player.resize(SMALL.columns, SMALL.rows);
    await player.type('\x03\x1b');
    await player.line(':q!');
    await player.until('Edit cancelled', SLOW);
    await player.prompt();
    await player.line('sleep 1000');
    await player.until('Ctrl-C stops', SLOW);
    await player.type('\x1a');
    await player.until('Stopped');
    await player.prompt();
    await player.line('fg');
    await player.until('Ctrl-C stops', SLOW);
    await player.type('\x03');
    await player.prompt();

    // Undone, and it is gone; what was before is there.
    await player.line('kubectl create configmap undone');
    await player.until('configmap/undone created', SLOW);
    await player.prompt();
    await player.line('undo');
    await player.until('undone: kubectl create configmap undone', SLOW);
    await run(player, 'kubectl get configmap kept undone');
    await player.until('configmaps "undone" not found', SLOW);
    await player.until(/^kept +1 /m, SLOW);

    // Left by Ctrl-D and the front door.
    await player.prompt();
    await player.type('\x04');
    await player.until('Enter', SLOW);
    await player.type('q');
    expect((await player.exit).exitCode).toBe(0);

    // There again, as it was left; a second window may look on, and says that it keeps nothing. Then the first is killed.
    await sitting(LARGE, args, folder, async (again) => {
      await run(again, 'kubectl get configmap kept');
      await again.until(/^kept +1 /m, SLOW);
      await sitting(SMALL, args, folder, async (second) => {
        // It is read before the card of the first step.
        await second.until('nothing of it will be kept', SLOW);
        await second.type('\x1b');
        await atPrompt(second);
        await run(second, 'kubectl create configmap elsewhere');
        await second.until('configmap/elsewhere created', SLOW);
      });
      await run(again, 'kubectl create configmap late');
      await again.until('configmap/late created', SLOW);
    });

    // Killed, and nothing is lost; what was tried in the other window was never here.
    await sitting(SMALL, args, folder, async (again) => {
      await run(again, 'kubectl get configmap elsewhere kept late');
      await again.until(/^kept +1 .*\n(.*\n)?late +0 /m, SLOW);
      await again.until('configmaps "elsewhere" not found', SLOW);
      for (const command of commandsOf(lessonOf(LESSON).solutions[0]?.text ?? '')) await run(again, command);
      await toTheEnd(again);
    });
  });
});
