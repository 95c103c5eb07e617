import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../../sandbox/machine/images/catalogue.ts';
import { PROGRAMS, programNames } from '../../../../sandbox/machine/programs/table.ts';
import { UNMODELLED, unmodelled } from '../../../../sandbox/machine/programs/unmodelled.ts';

test('more than 90 programs run, in the words of busybox and in those of the full-sized tools', () => {
  for (const flavour of ['busybox', 'gnu'] as const) {
    const prefix = flavour === 'gnu' ? 'gnu/' : '';
    const run = programNames(flavour).filter((name) => PROGRAMS.get(prefix + name) !== unmodelled);
    expect(run.length, flavour).toBeGreaterThan(90);
  }
});

test('what is said not to be modelled is not modelled, and what images name is there', () => {
  expect(UNMODELLED.filter((name) => PROGRAMS.get(name) !== unmodelled)).toEqual([]);
  // Hosts have programs of the cluster, too, which come from elsewhere.
  for (const { name, programs = {} } of CATALOGUE.filter((image) => !image.name.startsWith('k8s-learn/')))
    for (const program of Object.values(programs)) expect(PROGRAMS.has(program), `${program} of ${name}`).toBe(true);
});
