// `k8s-learn why`: what is wrong with an object, or with everything that isn't ready or is pending.

import { tell } from '../i18n/say.ts';
import { parseWhy } from '../session/whyprogram.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { session } from './session.ts';

export async function why(
  words: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const namespace = typeof own['namespace'] === 'string' ? ['-n', own['namespace']] : [];
  const asked = parseWhy([...words, ...namespace, ...(own['allNamespaces'] === true ? ['-A'] : [])]);
  if (asked === undefined)
    throw new Failure(EXIT.usage, 'k8s-learn why: what?', tell(options.lang, 'why.usage', {}), '');
  if (options.backend === 'simulator') return session(['why', words.join('/')], own, options);
  const { remoteOf, whyRemote } = await import('./remote.ts');
  for (const line of await whyRemote(remoteOf(options), asked, options)) console.log(line);
  return EXIT.done;
}
