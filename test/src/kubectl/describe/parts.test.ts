import { describe, expect, test } from 'vitest';
import { type Page, pageText } from '../../../../src/kubectl/describe/page.ts';
import { annotations, fullTime, labels, taints, tolerations } from '../../../../src/kubectl/describe/parts.ts';

function text(fill: (page: Page) => void): string {
  return pageText(fill);
}

describe('parts of descriptions', () => {
  test('labels stand one below the other, sorted', () => {
    expect(text((page) => labels(page, 'Labels', { tier: 'x', app: 'web' }))).toBe(
      'Labels:  app=web\n         tier=x\n',
    );
    expect(text((page) => labels(page, 'Labels', {}))).toBe('Labels:  <none>\n');
  });

  test('what apply keeps for itself is no annotation to show, and long ones are shortened', () => {
    const long = 'x'.repeat(150);
    const map = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', a: long, b: 'short' };
    expect(text((page) => annotations(page, 'Annotations', map))).toBe(
      `Annotations:  a:\n                ${'x'.repeat(138)}...\n              b: short\n`,
    );
  });

  test('tolerations are sorted by key and say how long they last', () => {
    const list = [
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      { key: 'a', operator: 'Equal', value: 'v' },
      { operator: 'Exists' },
    ];
    expect(text((page) => tolerations(page, 'Tolerations', list)).split('\n')).toEqual([
      'Tolerations:  op=Exists',
      '              a=v',
      '              node.kubernetes.io/unreachable:NoExecute op=Exists for 300s',
      '',
    ]);
  });

  test('taints are written as they are typed', () => {
    const list = [
      { key: 'k', value: 'v', effect: 'NoSchedule' },
      { key: 'z', effect: 'NoExecute' },
    ];
    expect(text((page) => taints(page, 'Taints', list))).toBe('Taints:  z:NoExecute\n         k=v:NoSchedule\n');
  });

  test('times are written in full', () => {
    expect(fullTime('2026-01-01T00:00:00Z')).toBe('Thu, 01 Jan 2026 00:00:00 +0000');
    expect(fullTime(undefined)).toBe('Mon, 01 Jan 0001 00:00:00 +0000');
  });
});
