// `npm run hunt -- --seed N [--seeds COUNT] [--broken NAME]`: hunts with one seed or with several, and prints what was found.

import { BROKEN, mutation } from './broken.ts';
import { hunt } from './hunt.ts';

function main(args: readonly string[]): number {
  const value = (name: string): string | undefined => {
    const at = args.indexOf(name);
    return at < 0 ? undefined : args[at + 1];
  };
  const first = Number(value('--seed') ?? '1');
  const count = Number(value('--seeds') ?? '1');
  const broken = BROKEN.find(({ name }) => name === value('--broken'));
  let failed = 0;
  for (let seed = first; seed < first + count; seed++) {
    const { problems, log } = hunt({ seed, ...(broken === undefined ? {} : { mutate: mutation(broken) }) });
    if (problems.length === 0) continue;
    failed++;
    console.log(
      `seed ${seed}:\n${log.map((deed) => `  ${deed}`).join('\n')}\n${problems.map((one) => `! ${one}`).join('\n')}`,
    );
  }
  console.log(`${count - failed} of ${count} seeds are fine`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
