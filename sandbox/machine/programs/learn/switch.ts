// `switch`: turns something in a teaching image off and on, from inside: readiness, liveness, answers, a dependency.

import { errorText } from '../../errors.ts';
import { SysError } from '../../sys.ts';
import { command } from '../kit/command.ts';
import { writeFile } from '../kit/input.ts';
import { isOff, SWITCHES } from './behaviour.ts';

const NAMES: Readonly<Record<string, string>> = {
  ready: 'the readiness page answers',
  live: 'the liveness page answers',
  answers: 'requests are answered at all',
  dependency: 'what it depends on can be reached',
};

const spec = { usage: '[NAME [on|off]]', arguments: [0, 2] as const };

export const switchProgram = command(spec, function* (context) {
  const { sys, args } = context;
  const [name, state] = args;
  if (name === undefined) {
    for (const [each, meaning] of Object.entries(NAMES))
      context.print(`${each.padEnd(11)} ${isOff(sys, each) ? 'off' : 'on '}  ${meaning}\n`);
    return undefined;
  }
  if (!Object.hasOwn(NAMES, name) || (state !== undefined && state !== 'on' && state !== 'off')) {
    context.complain(
      Object.hasOwn(NAMES, name)
        ? `${state}: say on or off`
        : `${name}: there is no such switch; there are ${Object.keys(NAMES).join(', ')}`,
    );
    return 1;
  }
  const path = `${SWITCHES}/${name}.off`;
  try {
    if (state === 'off') yield* writeFile(sys, path, '');
    else if (state === 'on' && isOff(sys, name)) sys.unlink(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(`${path}: ${errorText(error.code)}`);
    return 1;
  }
  context.print(`${name} is ${isOff(sys, name) ? 'off' : 'on'}\n`);
  return undefined;
});
