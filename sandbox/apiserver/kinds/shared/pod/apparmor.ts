// AppArmor profiles as annotations said them, before there was a field.

import type { V1AppArmorProfile } from '../../../../schema/generated/types.ts';
import { isWrong } from '../checks.ts';
import { appArmorProfile } from './security.ts';

const LOCALHOST = 'localhost/';

/** The profile that an annotation means; undefined when it means none that is valid. */
export function profileOf(annotation: string): V1AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  if (!annotation.startsWith(LOCALHOST)) return undefined;
  const profile = { type: 'Localhost', localhostProfile: annotation.slice(LOCALHOST.length) };
  return isWrong(appArmorProfile('', profile)) ? undefined : profile;
}
