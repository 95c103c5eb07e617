import { describe, expect, it } from 'vitest';
import { commandsOf, shortened } from '../../../../src/lessons/proof/leaveout.ts';
import { mutantsOf, parts } from '../../../../src/lessons/proof/mutants.ts';
import { mutateLesson } from '../../../../src/lessons/proof/mutation.ts';
import { checkOf } from '../../checks/hand.ts';
import { lessonWith } from '../hand.ts';

const whats = (check: object) => mutantsOf(checkOf(check)).map(({ what }) => what);
const POD = { kind: 'Pod', metadata: { name: 'web' } };

describe('weakened checks', () => {
  it('lose one conjunct, field, bound, `within` or selector key each', () => {
    expect(
      whats({ state: { object: { ...POD, spec: { nodeName: 'n', containers: [{ name: 'a', image: 'b' }] } } } }),
    ).toEqual(['field spec.nodeName', 'field spec.containers.0.image']);
    expect(
      whats({ state: { object: { kind: 'Pod' }, selector: 'a=b,c in (d,e)', count: { min: 2, max: 3 } } }),
    ).toEqual(['count at least 2', 'count at most 3', 'selector a=b', 'selector c in (d,e)']);
    expect(
      whats({
        within: '5s',
        all: [{ state: { object: POD, condition: 'Ready' } }, { seen: { object: POD, times: 2 } }],
      }),
    ).toEqual(['within', 'conjunct 1 of all (state)', 'conjunct 2 of all (seen)', 'condition', 'times 2']);
    expect(
      whats({
        state: { object: POD, cel: "has(object.spec) && object.a == 'x && y' && object.b.exists(c, c.d && c.e)" },
      }),
    ).toEqual(["conjunct `object.a == 'x && y'`", 'conjunct `object.b.exists(c, c.d && c.e)`']);
  });

  it('keep what only spares a trial that would fail without it', () => {
    const request = { request: { from: 'pod/client', url: 'http://web/' } };
    expect(whats({ all: [{ state: { object: POD } }, request] })).toEqual(['conjunct 2 of all (request)']);
    expect(whats({ all: [{ state: { object: { ...POD, metadata: { name: 'db' } } } }, request] })).toHaveLength(2);
    expect(whats({ all: [{ state: { object: POD, condition: 'Ready' } }, request] })).toHaveLength(3);
    expect(whats({ all: [{ state: { object: POD, cel: 'has(object.status.podIP)' } }, request] })).toHaveLength(1);
    expect(whats({ all: [{ state: { object: POD, cel: "object.status.podIP != ''" } }, request] })).toHaveLength(3);
  });

  it('keep what only gives a name to what another part asks for', () => {
    const named = { seen: { as: 'small', object: POD, times: 1 } };
    const other = (cel: string) => ({ state: { object: POD, cel } });
    expect(whats({ all: [named, other('small != null && object.a == small.a')] })).toEqual([
      'conjunct 2 of all (state)',
      'conjunct `object.a == small.a`',
    ]);
    expect(whats({ all: [named, other('object.a == 1')] })).toContain('conjunct 1 of all (seen)');
  });

  it('are still checks that hold wherever the strong one does', () => {
    const { check } = mutantsOf(checkOf({ state: { object: { ...POD, spec: { nodeName: 'n' } } } }))[0] ?? {};
    expect(check).toMatchObject({ kind: 'state', select: { name: 'web' } });
    expect(check).not.toHaveProperty('match');
  });

  it('split expressions outside of brackets and quotes', () => {
    expect(parts('a && (b && c) && "d && \\" e"', '&&').map((part) => part.trim())).toEqual([
      'a',
      '(b && c)',
      '"d && \\" e"',
    ]);
  });
});

describe('solutions with one command left out', () => {
  it('keep here-documents and loops together, and leave reading commands in', () => {
    const text =
      "kubectl get pods\nkubectl apply -f - <<'E'\na: b\nE\nfor i in 1 2; do\n  sleep 1\ndone\nkubectl label pod x a=b\n";
    expect(commandsOf(text.trimEnd())).toHaveLength(4);
    expect(shortened({ file: 's.sh', text }).map(({ without }) => without)).toEqual([
      "kubectl apply -f - <<'E'",
      'kubectl label pod x a=b',
    ]);
  });
});

describe('a mutated lesson', { timeout: 120_000 }, () => {
  it('tells which weakenings its proofs do not notice', () => {
    const result = mutateLesson(lessonWith((text) => text));
    expect(result.of).toBe(2);
    expect(result.survivors).toEqual([]);
  });
});
