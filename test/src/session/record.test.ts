import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usualSpec } from '../../../sandbox/cluster.ts';
import { EPOCH } from '../../../sandbox/time/units.ts';
import { appendEntry, beginRecord, readRecord, recordText, resumeRecord } from '../../../src/session/record.ts';
import type { Beginning, Entry } from '../../../src/session/session.ts';
import { openLine, shareLine } from '../../../src/session/share.ts';

const BEGINNING: Beginning = {
  version: '0.1.0',
  seed: 3,
  startTime: EPOCH,
  lesson: '01-first-steps/01-first-pod',
  spec: usualSpec(1),
};
const ENTRIES: readonly Entry[] = [
  { n: 1, at: EPOCH, kind: 'shell', shell: 1, does: 'open', size: { columns: 80, rows: 24 } },
  { n: 2, at: EPOCH, kind: 'line', shell: 1, line: 'kubectl run hello --image=learn/hello:1.0' },
  { kind: 'undo', to: 1 },
  { n: 2, at: EPOCH, kind: 'keys', shell: 1, keys: '\x03' },
  { n: 3, at: EPOCH, kind: 'files', files: { 'web.yaml': 'kind: Pod\n' }, removed: ['sub/old.yaml'] },
];

describe('a record on disk', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is private, and says what was written to it', () => {
    const file = join(folder, 'sessions', 'a.jsonl');
    beginRecord(file, BEGINNING);
    for (const entry of ENTRIES) appendEntry(file, entry);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'sessions')).mode & 0o777).toBe(0o700);
    expect(resumeRecord(file)).toEqual({ beginning: BEGINNING, entries: ENTRIES });
  });

  it('loses only the line that was half written, says so, and can be gone on with', () => {
    const file = join(folder, 'a.jsonl');
    beginRecord(file, BEGINNING, ENTRIES);
    appendFileSync(file, '{"n":4,"at":17672256000');
    expect(resumeRecord(file)).toMatchObject({ entries: ENTRIES, dropped: 'line 7: the line has no end' });
    appendEntry(file, { n: 4, at: EPOCH, kind: 'end' });
    expect(resumeRecord(file).entries).toHaveLength(6);
    expect(readFileSync(file, 'utf8')).not.toContain('17672256000{');
  });

  it('survives a cut at any byte', () => {
    const whole = recordText(BEGINNING, ENTRIES);
    const first = whole.indexOf('\n') + 1;
    fc.assert(
      fc.property(fc.integer({ min: first, max: whole.length }), (cut) => {
        const { recorded } = readRecord(whole.slice(0, cut));
        expect(ENTRIES.slice(0, recorded.entries.length)).toEqual(recorded.entries);
      }),
    );
  });

  it.each([
    ['', 'not a line of JSON'],
    ['{"format":2}\n', 'this session has the format 2; known is 1'],
    ['{"format":1,"version":"1","seed":-1,"startTime":0}\n', 'seed is to be a whole number'],
  ])('refuses %j', (text, message) => {
    expect(() => readRecord(text)).toThrow(message);
  });

  it('refuses files outside the home folder', () => {
    const bad = { n: 1, at: 0, kind: 'files', files: { '../x': '' } };
    const text = `${recordText(BEGINNING, [])}${JSON.stringify(bad)}\n`;
    expect(readRecord(text).recorded.dropped).toBe('line 2: ../x is no path in the home folder');
    const removed = { ...bad, files: {}, removed: ['/etc/passwd'] };
    const other = `${recordText(BEGINNING, [])}${JSON.stringify(removed)}\n`;
    expect(readRecord(other).recorded.dropped).toBe('line 2: /etc/passwd is no path in the home folder');
  });
});

describe('a line for a friend', () => {
  it('says the same', () => {
    const line = shareLine(BEGINNING, ENTRIES) ?? '';
    expect(line.length).toBeLessThan(600);
    expect(openLine(` ${line}\n`)).toEqual({ beginning: BEGINNING, entries: ENTRIES });
  });

  it('is refused when it came to harm, or unpacks to something huge', () => {
    const line = shareLine(BEGINNING, ENTRIES) ?? '';
    expect(() => openLine(line.slice(0, -9))).toThrow('letters in it have been lost or changed');
    expect(() => openLine('hello')).toThrow('a shared session begins with');
    const bomb: Entry = { n: 1, at: EPOCH, kind: 'line', shell: 1, line: 'a'.repeat(4_000_001) };
    const packed = shareLine(BEGINNING, [bomb]);
    expect(packed === undefined || (() => openLine(packed))).toSatisfy((open) => {
      if (open === true) return true;
      expect(open).toThrow('letters in it have been lost or changed');
      return true;
    });
  });

  it('is too long when much was typed', () => {
    const random = Array.from({ length: 9000 }, (_, i) => Math.imul(i, 2654435761) >>> 0).join(' ');
    expect(shareLine(BEGINNING, [{ n: 1, at: EPOCH, kind: 'line', shell: 1, line: random }])).toBeUndefined();
  });
});
