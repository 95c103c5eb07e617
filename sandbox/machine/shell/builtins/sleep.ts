// `sleep`, which is part of ash as official busybox images build it.

import { readDuration } from '../../programs/kit/duration.ts';
import type { Builtin } from '../builtin.ts';
import { complainAsApplet } from '../complain.ts';
import { print, push } from '../vm.ts';

export const sleep: Builtin = (vm, { args }) => {
  const words = args[0] === '--' ? args.slice(1) : args;
  if (words.length === 0) {
    print(
      vm,
      2,
      'BusyBox v1.36.1 () multi-call binary.\n\nUsage: sleep [N]...\n\nPause for a time equal to the total of the args given, where each arg can\nhave an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays\n',
    );
    return 1;
  }
  let milliseconds = 0;
  for (const word of words) {
    const duration = readDuration(word);
    if (duration === undefined) {
      complainAsApplet(vm, `invalid number '${word}'`);
      return 1;
    }
    milliseconds += duration;
  }
  push(vm, { f: 'sleep', milliseconds, asked: false });
  return undefined;
};
