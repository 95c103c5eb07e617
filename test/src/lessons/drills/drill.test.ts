import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { after, durationMs, EPOCH } from '../../../../sandbox/time/units.ts';
import { plainIncident } from '../../../../src/cli/drill.ts';
import { type OpenDrill, openDrill } from '../../../../src/cli/opendrill.ts';
import { courseFolder, readPack } from '../../../../src/cli/packfiles.ts';
import { type Drill, dailyDrill, drillFolders, makeDrill } from '../../../../src/lessons/drills/drill.ts';
import { clock, isCause, newScore, resultLines, withCause, withEvents } from '../../../../src/lessons/drills/score.ts';

const FILES = readPack(courseFolder(), '90-drills');
const FOLDERS = drillFolders(FILES);

function drillOf(folder: string, seed: number): Drill {
  const { value, problems } = makeDrill(FILES, folder, seed);
  expect(problems).toEqual([]);
  if (value === undefined) throw new Error('no drill');
  return value;
}

describe('drills', () => {
  it('are made whole by every seed, and differ', () => {
    for (const folder of FOLDERS) {
      const names = new Set([1, 2, 3, 4, 5, 6].map((seed) => drillOf(folder, seed).lesson.start));
      expect([folder, names.size > 1]).toEqual([folder, true]);
      expect(drillOf(folder, 7)).toEqual(drillOf(folder, 7));
    }
  });

  it('leave no hole open', () => {
    const files = new Map(FILES);
    const file = `${FOLDERS[0]}/lesson.en.md`;
    files.set(file, `${files.get(file)}\n{{forgotten}}\n`);
    expect(makeDrill(files, FOLDERS[0] ?? '', 1).problems).toEqual([
      { file, message: 'nothing is drawn for `{{forgotten}}`: add `forgotten` to `draw`' },
    ]);
  });

  it('are the same for everybody on one day, and another one soon', () => {
    expect(dailyDrill(FOLDERS, '2026-11-21')).toEqual(dailyDrill(FOLDERS, '2026-11-21'));
    const week = ['21', '22', '23', '24', '25', '26', '27'].map((day) => dailyDrill(FOLDERS, `2026-11-${day}`).folder);
    expect(new Set(week).size).toBeGreaterThan(1);
  });
});

describe('the score of a drill', () => {
  const drill = drillOf('90-drills/06-friday-probe', 1);
  const at = (seconds: number) => after(EPOCH, durationMs(seconds * 1000));

  it('knows the cause by any of its names', () => {
    expect(isCause(['deployment/cart'], 'deploy/cart')).toBe(true);
    expect(isCause(['deployment/cart'], 'Deployments/cart')).toBe(true);
    expect(isCause(['deployment/cart'], 'pod/cart')).toBe(false);
    expect(isCause(['networkpolicy/x'], 'netpol/x')).toBe(true);
  });

  it('is three lines to paste, in both languages', () => {
    const [cause = ''] = drill.file.cause;
    let score = withCause(newScore(EPOCH), drill, 'node/worker-1', at(60));
    score = withCause(score, drill, cause, at(130));
    score = withEvents(score, [{ kind: 'done' }], at(275));
    expect(resultLines(score, drill, { points: { got: 3, of: 4 }, day: '2026-11-21' }, 'en')).toEqual([
      'k8s-learn drill 2026-11-21 D06 The probe that killed Friday',
      'cause 2:10 (✗1)  recovered 4:35 (par 10:00)  harm 0  points 3/4',
      '■■■■■■  k8s-learn drill --daily',
    ]);
    expect(resultLines(newScore(EPOCH), drill, { points: { got: 0, of: 4 } }, 'ja')).toEqual([
      'k8s-learn drill D06 金曜日を落としたプローブ',
      '原因 -  復旧 - (目安 10:00)  被害 0  得点 0/4',
      '□□□□□□  k8s-learn drill D06 --seed 1',
    ]);
  });
});

describe('an incident', { timeout: 120_000 }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'drill-'));
  const options = { dataDir, lang: 'en' } as const;
  const opened: OpenDrill[] = [];
  const open = (drill: Drill): OpenDrill => {
    const one = openDrill({ drill }, options);
    opened.push(one);
    return one;
  };
  const heard = (one: OpenDrill) => {
    const said: string[] = [];
    const out = (text: string | Uint8Array): void => void said.push(Buffer.from(text).toString());
    return { said, incident: plainIncident(one, options, { out, echo: true }) };
  };

  afterEach(() => {
    for (const one of opened.splice(0)) one.close();
  });
  afterAll(() => rmSync(dataDir, { recursive: true }));

  it('that is left goes on where it was, with its clock and what has been said of it', () => {
    const drill = drillOf('90-drills/01-half-fail', 3);
    const first = open(drill);
    const before = heard(first).incident;
    before.take('diagnose pod/client');
    before.take(`diagnose ${drill.file.cause[0]}`);
    before.take('kubectl create configmap note --from-literal=a=b');
    before.take('skip 1m');
    before.take('hint');
    before.take('exit');
    expect([before.left(), before.over()]).toEqual([true, false]);
    const [score, elapsed] = [before.score(), first.incident.elapsed()];
    opened.splice(0);
    first.close();
    const again = open(drill);
    const { said, incident } = heard(again);
    expect([again.resumed, incident.score()]).toEqual([true, score]);
    // Another shell had to be opened.
    expect(again.incident.elapsed() - elapsed).toBeLessThan(1000);
    expect(said.join('')).toContain(`It goes on at ${clock(again.incident.elapsed())}`);
    incident.take('kubectl get configmap note -o name');
    expect(said.join('')).toContain('configmap/note');
    incident.take('hint');
    expect(said.join('')).toContain('hint 2 of 3');
  });

  it('that is over is not gone on with, nor is one that another seed has made', () => {
    const drill = drillOf('90-drills/01-half-fail', 3);
    const first = open(drill);
    heard(first).incident.take('give up');
    opened.splice(0);
    first.close();
    const second = open(drill);
    expect(second.resumed).toBe(false);
    opened.splice(0);
    second.close();
    expect(open(drillOf('90-drills/01-half-fail', 4)).resumed).toBe(false);
  });

  it('is gone on with after the program was killed', () => {
    const drill = drillOf('90-drills/02-endless-rollout', 3);
    const first = open(drill);
    heard(first).incident.take('diagnose pod/nobody');
    rmSync(join(dataDir, 'sessions', 'drill--D02.jsonl.lock'));
    expect(open(drill).incident.score().misnamed).toBe(1);
    opened.shift();
  });

  it('breaks its lines between words where a terminal is narrow, and says what a jump has passed', () => {
    const said: string[] = [];
    const out = (text: string | Uint8Array): void => void said.push(Buffer.from(text).toString());
    const io = { out, echo: true, columns: () => 50 };
    const incident = plainIncident(open(drillOf('90-drills/01-half-fail', 3)), options, io);
    incident.take('hint');
    for (const line of said.join('').split('\n')) expect(line.length).toBeLessThanOrEqual(50);
    incident.take('skip 1m');
    expect(said.join('')).toContain('1 min later\n');
  });

  it('ends when the cluster is well again, with a debrief', () => {
    const drill = drillOf('90-drills/01-half-fail', 2);
    const said: string[] = [];
    const out = (text: string | Uint8Array): void =>
      void said.push(typeof text === 'string' ? text : Buffer.from(text).toString());
    const incident = plainIncident(open(drill), { lang: 'en' }, { out, echo: true });
    incident.take('diagnose pod/client');
    incident.take(`diagnose ${drill.file.cause[0]}`);
    expect(incident.over()).toBe(false);
    for (const line of drill.lesson.solutions[0]?.text.trim().split('\n') ?? []) incident.take(line);
    incident.take('skip 150s');
    expect(incident.over()).toBe(true);
    const { named, misnamed, recovered, harmed } = incident.score();
    expect([named === undefined, misnamed, recovered === undefined, harmed]).toEqual([false, 1, false, []]);
    expect(said.join('')).toContain('The alert that would have told: error rate by Pod');
    expect(said.join('')).toMatch(
      /What you did, beside what happened:\n(?: +\d+:\d\d {2}.*\n)* +\d+:\d\d {2}you {2}kubectl /,
    );
  });
});
