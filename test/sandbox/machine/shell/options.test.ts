import { expect, it } from 'vitest';
import { newBox } from '../programs/box.ts';
import { run } from '../room.ts';

const sh = (script: string): string => run(newBox('debian'), ['bash', '-c', script]).stdout;

it('globstar looks into folders of any depth, not through links, and not at what is hidden', () => {
  const made = 'mkdir -p g/d/e g/.h; cd g; touch d/x d/e/y top .h/z; ln -s d l; shopt -s globstar';
  expect(sh(`${made}; echo **; echo **/; echo d/**; echo **/y; echo ./**/x; echo $PWD/**/e`).split('\n')).toEqual([
    'd d/e d/e/y d/x l top',
    'd/ d/e/ l/',
    'd/ d/e d/e/y d/x',
    'd/e/y',
    './d/x ./l/x',
    '/g/d/e /g/l/e',
    '',
  ]);
  expect(sh(`${made}; shopt -u globstar; echo **`)).toBe('d l top\n');
});

it('type tells of aliases where they are expanded', () => {
  expect(sh(`alias ll='ls -l'; type ll || shopt -s expand_aliases; type ll`)).toBe("ll is aliased to `ls -l'\n");
});
