// Scripts whose output was recorded from the real shells and tools (bash 5.2, dash 0.5.12, busybox 1.35, Debian 12).

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newBox, runScript, type Userland } from './programs/box.ts';

interface Transcript {
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
  /** Why ours may differ. */
  readonly except?: string;
}

interface Transcripts {
  readonly userland: Userland;
  readonly shell: string;
  readonly cases: readonly Transcript[];
}

const FOLDER = new URL('./transcripts/', import.meta.url);

/** Process numbers, and what only says which build of a tool it was. */
function normal(text: string): string {
  return text
    .replace(/\b\d{4,7}\b/g, 'N')
    .replace(/BusyBox v[^\n]*\n\nUsage:[\s\S]*?(?=\n[a-z.[]+: |$)/g, 'USAGE')
    .trimEnd();
}

for (const file of readdirSync(FOLDER).sort()) {
  const { userland, shell, cases }: Transcripts = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
  describe(`${file} in ${shell}`, () => {
    it.each(cases.filter(({ except }) => except === undefined))('$script', ({ script, stdout, stderr, status }) => {
      const ran = runScript(newBox(userland), script, [shell]);
      expect({ stdout: normal(ran.stdout), stderr: normal(ran.stderr), status: ran.status }).toEqual({
        stdout: normal(stdout),
        stderr: normal(stderr),
        status,
      });
    });
  });
}
