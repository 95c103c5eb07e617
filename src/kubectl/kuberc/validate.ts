// Which preferences can be followed.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { cleanPath } from '../text/path.ts';
import type { AllowlistEntry, Option, Preference } from './preference.ts';

/** Throws for the first thing that is wrong. */
export function confirmPreference(preference: Preference): void {
  const seen = new Set<string>();
  for (const { name, options = [] } of preference.aliases ?? []) {
    if (!/^[a-zA-Z]+$/.test(name)) throw new Error('invalid alias name, can only include alphabetical characters');
    confirmOptions(options);
    if (seen.has(name)) throw new Error(`duplicate alias name ${name}`);
    seen.add(name);
  }
  for (const { options } of preference.defaults ?? []) confirmOptions(options ?? []);
  confirmPlugins(preference.credentialPluginPolicy ?? '', preference.credentialPluginAllowlist);
}

function confirmOptions(options: readonly Option[]): void {
  const dashed = options.find(({ name }) => name.startsWith('-'));
  if (dashed !== undefined) throw new Error(`flag name ${dashed.name} should be in long form without dashes`);
}

function confirmPlugins(policy: string, allowlist: readonly AllowlistEntry[] | undefined): void {
  if (!['', 'AllowAll', 'DenyAll', 'Allowlist'].includes(policy)) {
    throw new Error(`unknown plugin policy: ${quote(policy)}`);
  }
  if (policy === 'Allowlist') confirmAllowlist(allowlist);
  else if (allowlist !== undefined) {
    const what = `plugin policy is ${quote(policy)} but allowlist is non-nil`;
    throw new Error(`misconfigured credential plugin allowlist: ${what}`);
  }
}

function confirmAllowlist(allowlist: readonly AllowlistEntry[] | undefined): void {
  const isSet = 'credential plugin policy set to "Allowlist", but allowlist is';
  if (allowlist === undefined) throw new Error(`${isSet} unspecified`);
  if (allowlist.length === 0) throw new Error(`${isSet} empty; use "DenyAll" policy instead`);
  for (const [i, { command, name }] of allowlist.entries()) {
    const path = command || name || '';
    if (path === '') throw new Error(`misconfigured credential plugin allowlist: empty allowlist entry #${i + 1}`);
    const clean = cleanPath(path);
    if (clean !== path) throw new Error(`non-normalized file path: ${quote(path)} vs ${quote(clean)}`);
  }
}
