// Kustomizations of every field, right and wrong, with what kubectl 1.36.3 made of them.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runKubectl } from '../machine.ts';

interface Case {
  readonly name: string;
  /** By their paths from the folder that is built. */
  readonly files: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

const CASES: readonly Case[] = JSON.parse(readFileSync('test/golden/kustomize/cases.json', 'utf8'));

describe('kubectl kustomize makes what was recorded of', () => {
  test.each(CASES.map((each) => [each.name, each] as const))('%s', (_, { files, stdout, stderr, exit }) => {
    const there = Object.entries(files).map(([path, text]) => [`/home/k/${path}`.replace('/k/..', ''), text]);
    const ended = runKubectl(['kustomize', 'k'], { files: Object.fromEntries(there) });
    expect({ stdout: ended.stdout, stderr: ended.stderr, exit: ended.status }).toEqual({ stdout, stderr, exit });
  });
});
