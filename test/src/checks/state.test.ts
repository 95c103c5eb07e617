import { describe, expect, it } from 'vitest';
import type { StateCheck } from '../../../src/checks/check.ts';
import { judgeState } from '../../../src/checks/state.ts';
import { say } from '../../../src/i18n/say.ts';
import { checkOf, lookAt, pod } from './hand.ts';

const judged = (state: object, objects: Parameters<typeof lookAt>[0], names = {}) =>
  judgeState(checkOf({ state }) as StateCheck, lookAt(objects, names));
const HELLO = { kind: 'Pod', metadata: { name: 'hello' } };

describe('a state', () => {
  it('holds when the object is there and matches', () => {
    expect(judged({ object: HELLO, condition: 'Ready' }, [pod('hello')]).ok).toBe(true);
    expect(
      judged({ object: { ...HELLO, spec: { containers: [{ name: 'main', image: 'learn/hello:1.0' }] } } }, [
        pod('hello'),
      ]).ok,
    ).toBe(true);
  });

  it('names the field that is wrong, found by its merge key', () => {
    const verdict = judged({ object: { ...HELLO, spec: { containers: [{ name: 'main', image: 'x' }] } } }, [
      pod('hello'),
    ]);
    expect(verdict.ok).toBe(false);
    expect(say(verdict.actual, 'en')).toBe('Pod hello: spec.containers[name=main].image is learn/hello:1.0');
  });

  it('says of a field in a list without names what it is and what it should be', () => {
    const verdict = judged({ object: { ...HELLO, spec: { containers: [{ image: 'x' }] } } }, [pod('hello')]);
    expect(say(verdict.expected, 'en')).toBe('Pod hello: spec.containers[0].image = x');
    expect(say(verdict.actual, 'en')).toBe('Pod hello: spec.containers[0].image is learn/hello:1.0');
  });

  it('says what an unready Pod is up to, since when, and why', () => {
    const waiting = { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } };
    const verdict = judged({ object: HELLO, condition: 'Ready' }, [pod('hello', { ready: false, state: waiting })]);
    expect(say(verdict.expected, 'en')).toBe('Pod hello: Ready=True');
    expect(say(verdict.actual, 'ja')).toBe('Pod hello: ImagePullBackOff');
    expect(verdict.since).toBe(Date.UTC(2026, 0, 1));
    expect(verdict.because.map((words) => say(words, 'en'))).toEqual([
      'container main waits: ImagePullBackOff — Back-off pulling image',
      expect.stringContaining('The node could not fetch learn/hello:1.0'),
    ]);
  });

  it('says in the words of the author what does not hold, and keeps the expression to itself', () => {
    const says = { en: 'hello has two labels', ja: 'ラベルが二つ' };
    const check = checkOf({ says, state: { object: HELLO, cel: 'object.metadata.labels.size() == 2' } }) as StateCheck;
    for (const hello of [pod('hello'), pod('hello', { labels: { app: 'x' } })]) {
      const verdict = judgeState(check, lookAt([hello]));
      expect(say(verdict.expected, 'en')).toBe('hello has two labels');
      expect(say(verdict.actual, 'en')).toBe('not so yet');
    }
  });

  it('tells of one with the same name in another namespace', () => {
    const verdict = judged({ object: HELLO }, [pod('hello', { namespace: 'team-a' })]);
    expect(verdict.because.map((words) => say(words, 'en'))).toEqual(['there is a Pod hello in namespace team-a']);
  });

  it('says in which namespace it looks, where that is not the usual one', () => {
    const inTeam = { kind: 'Pod', metadata: { name: 'hello', namespace: 'team-a' } };
    const verdict = judged({ object: inTeam, condition: 'Ready' }, [
      pod('hello', { namespace: 'team-a', ready: false }),
    ]);
    expect(say(verdict.expected, 'en')).toBe('Pod hello (team-a): Ready=True');
  });

  it('is about what is missing, too, where it has a name', () => {
    const { about } = judged({ object: { kind: 'Pod', metadata: { name: 'gone' } }, condition: 'Ready' }, []);
    expect(about).toEqual({ kind: 'Pod', metadata: { name: 'gone', namespace: 'default' } });
  });

  it('counts what fits, within bounds', () => {
    const pods = [pod('a', { labels: { app: 'x' } }), pod('b', { labels: { app: 'x' }, ready: false }), pod('c')];
    const state = (count: unknown) => ({ object: { kind: 'Pod' }, selector: 'app=x', condition: 'Ready', count });
    expect(judged(state(1), pods).ok).toBe(true);
    expect(judged(state(2), pods).ok).toBe(false);
    expect(judged(state({ max: 0 }), pods).ok).toBe(false);
    expect(judged({ object: { kind: 'Pod' }, selector: 'app=x', condition: 'Ready' }, pods).ok).toBe(false);
    expect(judged({ object: { kind: 'Pod' }, selector: 'app=none' }, pods).ok).toBe(false);
  });

  it('asks for absence', () => {
    expect(judged({ object: HELLO, absent: true }, []).ok).toBe(true);
    expect(judged({ object: HELLO, absent: true }, [pod('hello')]).ok).toBe(false);
  });

  it('takes what kubectl wait takes', () => {
    expect(judged({ object: HELLO, condition: 'jsonpath={.status.phase}=Running' }, [pod('hello')]).ok).toBe(true);
    expect(judged({ object: HELLO, condition: 'Ready=false' }, [pod('hello')]).ok).toBe(false);
  });

  it('evaluates expressions over named objects and over what was seen', () => {
    const objects = {
      pods: { kind: 'Pod' },
      hello: { kind: 'Pod', name: 'hello' },
      none: { kind: 'Pod', name: 'none' },
    };
    const all = [pod('hello'), pod('web')];
    expect(judged({ objects, cel: 'pods.size() == 2 && hello.metadata.name == "hello" && none == null' }, all).ok).toBe(
      true,
    );
    expect(
      judged({ object: HELLO, cel: 'object.metadata.uid == broken.metadata.uid' }, all, {
        broken: { metadata: { uid: 'uid-hello' } },
      }).ok,
    ).toBe(true);
    expect(judged({ object: HELLO, cel: 'object.metadata.uid == broken.metadata.uid' }, all, { broken: null }).ok).toBe(
      false,
    );
  });
});
