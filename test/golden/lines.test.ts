import { describe, expect, test } from 'vitest';
import { compareLines, type LineRules, lineUnits, newComparison, type Rules } from './normalise.ts';

function compare(
  recorded: string,
  own: string,
  rules: LineRules = {},
  more: Partial<Rules> = {},
  inputs: string[] = [],
) {
  const [left, right] = [recorded.split('\n'), own.split('\n')];
  const comparison = newComparison(
    { recorded: lineUnits('', left, rules), own: lineUnits('', right, rules), inputs },
    more,
  );
  return compareLines(comparison, left, right, 'stdout', rules);
}

const PODS = `NAME                   READY   STATUS    RESTARTS   AGE
hello                  1/1     Running   0          1s
web-7f5dd854b7-kt8p7   1/1     Running   0          1s
web-7f5dd854b7-vv4z6   0/1     Pending   0          1s`;

describe('tables', () => {
  test('ages, names and widths of columns vary', () => {
    const own = `NAME                   READY   STATUS    RESTARTS   AGE
hello                  1/1     Running   0          2m13s
web-7f5dd854b7-bbbbb   0/1     Pending   0          2m13s
web-7f5dd854b7-ccccc   1/1     Running   0          11d`;
    expect(compare(PODS, own)).toBeUndefined();
  });
  test('a restart and a state are differences', () => {
    expect(compare(PODS, PODS.replace('Pending', 'Running'))).toBeDefined();
    expect(
      compare(PODS, PODS.replace('hello                  1/1     Running   0', 'hello   1/1     Running   1')),
    ).toBeDefined();
  });
  test('how long ago a restart was varies, how often does not', () => {
    const table = (restarts: string) =>
      `NAME   READY   STATUS    RESTARTS      AGE\nlive   1/1     Running   ${restarts}   15s`;
    expect(compare(table('1 (6s ago)'), table('1 (2m ago)'))).toBeUndefined();
    expect(compare(table('1 (6s ago)'), table('2 (6s ago)'))).toBeDefined();
  });
  test('CPU that looks like an age counts', () => {
    const table = (cpu: string) => `Resource   Used   Hard\ncpu        ${cpu}   1\nAge:   5s`;
    expect(compare(table('500m'), table('400m'))).toBeDefined();
    expect(compare('Age:   5s', 'Age:   7m')).toBeUndefined();
  });
  test('without a header, a cell that looks like an age is one if the command says so', () => {
    expect(
      compare('hello   1/1   Running   0     2s', 'hello   1/1   Running   0     9s', { bare: true }),
    ).toBeUndefined();
    expect(compare('hello   1/1   Running   0     2s', 'hello   1/1   Running   0     9s')).toBeDefined();
  });
  test('a missing row is found', () => {
    expect(compare(PODS, PODS.split('\n').slice(0, -1).join('\n'))?.got).toBeUndefined();
  });
});

describe('events', () => {
  const events = (...rows: string[]) => ['LAST SEEN   TYPE      REASON      OBJECT      MESSAGE', ...rows].join('\n');
  const pulled = '2s          Normal    Pulled      pod/hello   Container image pulled';
  const created = '2s          Normal    Created     pod/hello   Container created';
  const killing = '30s         Normal    Killing     pod/hello   Stopping container main';
  test('those of one second have no order', () => {
    expect(compare(events(killing, pulled, created), events(killing, created, pulled))).toBeUndefined();
  });
  test('those of other times have one', () => {
    expect(compare(events(killing, pulled), events(pulled, killing))).toBeDefined();
  });
  test('how often they came counts', () => {
    const row = (age: string) => `${age}   Warning   BackOff   pod/hello   Back-off`;
    expect(compare(events(row('3s (x2 over 5s)')), events(row('8s (x2 over 9s)')))).toBeUndefined();
    expect(compare(events(row('3s (x2 over 5s)')), events(row('3s (x3 over 5s)')))).toBeDefined();
  });
});

describe('plain text', () => {
  test('indentation counts, blanks between words do not', () => {
    expect(compare('Name:    a', 'Name: a')).toBeUndefined();
    expect(compare('  name: a', '    name: a')).toBeDefined();
  });
  test('underlines follow the widths of columns', () => {
    expect(compare('  Type     Reason\n  ----     ------', '  Type  Reason\n  ----  ------')).toBeUndefined();
  });
  test('a certificate takes as many lines as it takes', () => {
    const pem = (...lines: string[]) =>
      ['ca.crt: |', '  -----BEGIN CERTIFICATE-----', ...lines, '  -----END CERTIFICATE-----', 'x: y'].join('\n');
    expect(compare(pem('  MIIabc', '  def'), pem('  MIIxyz'))).toBeUndefined();
    expect(compare(pem('  MIIabc'), pem('  MIIabc').replace('x: y', 'x: z'))).toBeDefined();
  });
  test('a watch repeats lines more or less often', () => {
    const waiting = 'Waiting for deployment "web" rollout to finish: 1 of 3 updated replicas are available...';
    const done = 'deployment "web" successfully rolled out';
    expect(compare(`${waiting}\n${waiting}\n${done}`, `${waiting}\n${done}`, { repeats: true })).toBeUndefined();
    expect(compare(`${waiting}\n${waiting}\n${done}`, `${waiting}\n${done}`)).toBeDefined();
    expect(compare(`${waiting}\n${done}`, done, { repeats: true })).toBeDefined();
  });
  test('lines from several pods come in any order, those of one pod in theirs', () => {
    const line = (pod: string, text: string) => `[pod/web-${pod}/main] ${text}`;
    expect(
      compare(
        `${line('bbbbb', 'one')}\n${line('bbbbb', 'two')}\n${line('ccccc', 'x')}`,
        `${line('dddbb', 'x')}\n${line('fffff', 'one')}\n${line('fffff', 'two')}`,
      ),
    ).toBeUndefined();
    expect(
      compare(`${line('bbbbb', 'one')}\n${line('bbbbb', 'two')}`, `${line('bbbbb', 'two')}\n${line('bbbbb', 'one')}`),
    ).toBeDefined();
  });
  test('the machine under a node varies only where nodes are shown', () => {
    expect(compare('  Kernel Version:   6.1.0', '  Kernel Version:   5.15.0', { nodes: true })).toBeUndefined();
    expect(compare('  cpu:    250m (12%)', '  cpu:    250m (3%)', { nodes: true })).toBeUndefined();
    expect(compare('  Kernel Version:   6.1.0', '  Kernel Version:   5.15.0')).toBeDefined();
  });
});

describe('figures of metrics', () => {
  const hpa = (figure: string, target = '60%') => `NAME   TARGETS\nspin   cpu: ${figure}/${target}`;
  test('what is measured varies, what is wanted does not', () => {
    expect(compare(hpa('197%'), hpa('190%'), {}, { figures: true })).toBeUndefined();
    expect(compare(hpa('197%'), hpa('197%', '50%'), {}, { figures: true })).toBeDefined();
    expect(compare(hpa('197%'), hpa('<unknown>'), {}, { figures: true })).toBeDefined();
  });
  test('elsewhere every figure counts', () => {
    expect(compare(hpa('197%'), hpa('190%'))).toBeDefined();
  });
});
