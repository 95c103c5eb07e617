// What no lesson is without: a learner who deletes a node or what the cluster itself needs has done what a cluster lets
// one do, and is offered the way back. A lesson that says of its own what is irrecoverable (or that nothing is) decides
// for itself.

import { usualSpec } from '../../sandbox/cluster.ts';
import type { Check } from '../checks/check.ts';
import { checkShape } from '../checks/format.ts';
import { clustersOf, type Irrecoverable, type Lesson, type LessonCluster } from './lesson.ts';

export function troublesOf(lesson: Pick<Lesson, 'irrecoverable' | 'cluster' | 'clusters'>): readonly Irrecoverable[] {
  return lesson.irrecoverable ?? clustersOf(lesson).flatMap(troublesIn);
}

function troublesIn({ name, spec = usualSpec() }: LessonCluster): readonly Irrecoverable[] {
  const where = name === undefined ? {} : { cluster: name };
  return [
    {
      when: checkOf({ ...where, state: { object: { kind: 'Node' }, count: { max: spec.nodes.length - 1 } } }),
      because: {
        en: 'A node was deleted. Its kubelet does not make it anew, and what ran there is gone.',
        ja: 'ノードが削除されました。kubelet は作り直さず、そこで動いていたものは失われました。',
      },
      offer: 'undo',
    },
    {
      when: checkOf({
        ...where,
        all: [
          {
            state: {
              object: { kind: 'Deployment', metadata: { name: 'coredns', namespace: 'kube-system' } },
              absent: true,
            },
          },
          {
            state: {
              object: { kind: 'Service', metadata: { name: 'kube-dns', namespace: 'kube-system' } },
              absent: true,
            },
          },
        ],
      }),
      because: {
        en: 'What answers for names in the cluster was deleted: no Service is found by its name any more.',
        ja: 'クラスターの名前解決を担うものが削除されました。Service を名前で見つけられなくなっています。',
      },
      offer: 'undo',
    },
  ];
}

function checkOf(written: object): Check {
  const check = checkShape.read(written, ['trouble'], (path, message) => {
    throw new Error(`${path.join('.')}: ${message}`);
  });
  if (check === undefined) throw new Error('no check');
  return check;
}
