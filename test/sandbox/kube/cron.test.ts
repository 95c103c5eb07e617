import { describe, expect, test } from 'vitest';
import { cronError, isTimeZone, parseCron } from '../../../sandbox/kube/cron.ts';
import { refusedRequests } from './facts.ts';

describe('a schedule', () => {
  test('says for each field what it allows, and whether it was a star', () => {
    expect(parseCron('*/20 0,12 1-3 jan,DEC ?')).toEqual({
      type: 'times',
      minute: { values: [0, 20, 40], star: false },
      hour: { values: [0, 12], star: false },
      dayOfMonth: { values: [1, 2, 3], star: false },
      month: { values: [1, 12], star: false },
      dayOfWeek: { values: [0, 1, 2, 3, 4, 5, 6], star: true },
    });
  });

  test('from a number on, with a step', () => {
    expect(parseCron('50/5 * * * *')).toMatchObject({ minute: { values: [50, 55] } });
  });

  test('may be a descriptor', () => {
    expect(parseCron('@weekly')).toEqual(parseCron('0 0 * * 0'));
    expect(parseCron('@every 90m')).toEqual({ type: 'every', ms: 5_400_000 });
    expect(parseCron('@every 10ms')).toEqual({ type: 'every', ms: 1000 });
  });

  test('may name its time zone', () => {
    expect(parseCron('TZ=Europe/Berlin 0 0 * * *')).toMatchObject({ timeZone: 'Europe/Berlin' });
    expect(cronError('CRON_TZ=Mars/Base 0 0 * * *')).toBe(
      'provided bad location Mars/Base: unknown time zone Mars/Base',
    );
    expect(isTimeZone('US/Pacific')).toBe(true);
    expect(isTimeZone('europe/berlin')).toBe(false);
    expect(isTimeZone('+05:00')).toBe(false);
  });

  const refused = refusedRequests().flatMap(({ name, responseStatus }) =>
    (responseStatus?.details?.causes ?? [])
      .filter(
        ({ field, message }) => field === 'spec.schedule' && message?.startsWith('Invalid') && !message.includes('TZ'),
      )
      .map(({ message }) => [name, /^Invalid value: "(.*?)": (.*)$/s.exec(message ?? '')] as const),
  );

  test.each(refused)('%s is refused as recorded', (_, match) => {
    expect(cronError(match?.[1] ?? '')).toBe(match?.[2]);
  });
});
