import { expect, test } from 'vitest';
import { asRevision, type CauseRow, type Revision } from '../../sandbox/store/store.ts';
import { whyRevision } from '../../sandbox/why.ts';

/** `revision: [causes]`; a write of nobody's making has none. */
function history(causes: Readonly<Record<number, readonly number[]>>): (revision: Revision) => CauseRow | undefined {
  return (revision) => {
    const known = causes[Number(revision)];
    if (known === undefined) return undefined;
    return {
      revision,
      time: 0 as CauseRow['time'],
      verb: 'updated',
      table: 'pods',
      key: `default/${revision}`,
      actor: `writer of ${revision}`,
      causes: known.map((one) => ({ kind: 'revision', revision: one })),
    };
  };
}

test('a chain ends at the write that nothing led to, also where longer ways lead in circles', () => {
  const why = whyRevision(history({ 5: [4, 3], 4: [2], 3: [1], 2: [1], 1: [] }), asRevision(5));
  expect(why?.steps.map(({ revision }) => Number(revision))).toEqual([5, 3, 1]);
  const short = whyRevision(history({ 5: [1, 4], 4: [3], 3: [1], 1: [] }), asRevision(5));
  expect(short?.steps.at(-1)?.actor).toBe('writer of 1');
});

test('where the beginning is forgotten, a chain ends at the oldest write that is known', () => {
  const why = whyRevision(history({ 5: [4], 4: [3] }), asRevision(5));
  expect(why?.steps.map(({ revision }) => Number(revision))).toEqual([5, 4]);
});
