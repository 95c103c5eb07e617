// Who a container runs as: what the pod says, what the image says, and what the image's own files know of it.

import { NO_CAPABILITIES } from '../capabilities.ts';
import type { Kernel } from '../context.ts';
import type { Walker } from '../files/tree.ts';
import type { ImageConfig } from '../images/format.ts';
import { readText } from '../net/resolver.ts';
import type { Credentials } from '../state.ts';
import { newCredentials, parseGroup, parsePasswd } from '../users.ts';

/** What a pod asks for; the image's user counts where it says nothing. */
export interface UserSpec {
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
}

export interface Identity {
  readonly home: string;
  credentials(capabilities: ReadonlySet<string>): Credentials;
}

/** The message is containerd's, when the image names a user that it doesn't know. */
export function identityOf(
  kernel: Kernel,
  walker: Walker,
  { user }: Pick<ImageConfig, 'user'>,
  { uid: wantedUid, gid: wantedGid, groups = [] }: UserSpec,
): Identity | { readonly message: string } {
  const users = parsePasswd(readText(kernel, walker, '/etc/passwd'));
  const known = parseGroup(readText(kernel, walker, '/etc/group'));
  const [userPart = '', groupPart] = (wantedUid === undefined ? user : String(wantedUid)).split(':');
  const named = userPart === '' ? users.find(({ uid }) => uid === 0) : users.find(({ name }) => name === userPart);
  const number = userPart === '' ? 0 : /^[0-9]{1,10}$/.test(userPart) ? Number(userPart) : named?.uid;
  if (number === undefined) {
    return {
      message: `failed to create containerd container: unable to find user ${userPart}: no matching entries in passwd file`,
    };
  }
  const entry = named ?? users.find(({ uid }) => uid === number);
  const gid = wantedGid ?? groupOf(groupPart, known) ?? entry?.gid ?? 0;
  const more = known
    .filter(({ members }) => entry !== undefined && members.includes(entry.name))
    .map((group) => group.gid);
  const all = [...new Set([...groups, ...more])].sort((a, b) => a - b);
  return {
    home: entry?.home ?? '/',
    credentials: (capabilities) => newCredentials(number, gid, all, number === 0 ? capabilities : NO_CAPABILITIES),
  };
}

function groupOf(part: string | undefined, known: ReturnType<typeof parseGroup>): number | undefined {
  if (part === undefined) return undefined;
  return /^[0-9]{1,10}$/.test(part) ? Number(part) : known.find(({ name }) => name === part)?.gid;
}
