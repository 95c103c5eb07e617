// What goes wrong around the control loops: programs crash, are slow, or lose the API; nodes are silent for a while.

import { asRevision } from '../../sandbox/store/store.ts';
import type { Played } from '../sandbox/controllers/played.ts';
import type { Dice } from './chance.ts';

const PROGRAMS = ['kube-controller-manager', 'kube-controller-manager', 'kube-scheduler', 'kubelets'];

/** Breaks something; answers what, and how to mend it. */
export function breakSomething(game: Played, dice: Dice): { readonly what: string; mend(): void } {
  const name = dice.pick(PROGRAMS) ?? '';
  const program = game.cluster.components.get(name);
  if (program === undefined) return { what: 'nothing', mend: () => {} };
  switch (dice.roll(5)) {
    case 0:
      program.stop();
      return { what: `${name} crashes`, mend: () => program.start() };
    case 1:
      program.cutOff(true);
      return { what: `${name} loses the API`, mend: () => program.cutOff(false) };
    case 2:
      program.slow(50);
      return { what: `${name} is slow`, mend: () => program.slow(1) };
    case 3: {
      const node = dice.pick(['w1', 'w2']) ?? 'w1';
      game.dead.add(node);
      return { what: `${node} is silent`, mend: () => game.dead.delete(node) };
    }
    default:
      game.cluster.api.compact(asRevision(game.cluster.store.revision()));
      return { what: 'the history is forgotten', mend: () => {} };
  }
}
