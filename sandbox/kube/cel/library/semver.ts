// Semantic versions: 1.2.3-beta.1+build.

import { compareText, quote } from '../../go/text.ts';

export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Numbers come before words. */
  readonly prerelease: readonly (bigint | string)[];
  readonly build: readonly string[];
}

export interface VersionProblem {
  readonly problem: string;
}

const NUMBERS = /^[0-9]*$/;
const WORDS = /^[0-9A-Za-z-]*$/;
const MAX_UINT64 = 2n ** 64n - 1n;

export function parseVersion(text: string): Version | VersionProblem {
  if (text === '') return { problem: 'Version string empty' };
  const [majorText, minorText, ...others] = text.split('.');
  if (majorText === undefined || minorText === undefined || others.length === 0) {
    return { problem: 'No Major.Minor.Patch elements found' };
  }
  const major = readNumber(majorText, 'Major', 'major');
  if (typeof major !== 'bigint') return major;
  const minor = readNumber(minorText, 'Minor', 'minor');
  if (typeof minor !== 'bigint') return minor;
  const [core, build] = cut(others.join('.'), '+');
  const [patchText, prereleaseText] = cut(core, '-');
  const patch = readNumber(patchText, 'Patch', 'patch');
  if (typeof patch !== 'bigint') return patch;
  const prerelease: (bigint | string)[] = [];
  for (const part of prereleaseText?.split('.') ?? []) {
    const read = readPrerelease(part);
    if (typeof read === 'object') return read;
    prerelease.push(read);
  }
  const builds = build?.split('.') ?? [];
  for (const part of builds) {
    if (part === '') return { problem: 'Build meta data is empty' };
    if (!WORDS.test(part)) return { problem: `Invalid character(s) found in build meta data ${quote(part)}` };
  }
  return { major, minor, patch, prerelease, build: builds };
}

export function formatVersion({ major, minor, patch, prerelease, build }: Version): string {
  const before = prerelease.length === 0 ? '' : `-${prerelease.join('.')}`;
  return `${major}.${minor}.${patch}${before}${build.length === 0 ? '' : `+${build.join('.')}`}`;
}

function cut(text: string, at: string): readonly [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function readNumber(text: string, title: string, name: string): bigint | VersionProblem {
  if (!NUMBERS.test(text)) return { problem: `Invalid character(s) found in ${name} number ${quote(text)}` };
  if (text.length > 1 && text.startsWith('0')) {
    return { problem: `${title} number must not contain leading zeroes ${quote(text)}` };
  }
  return readUint(text);
}

function readUint(text: string): bigint | VersionProblem {
  if (text === '') return { problem: 'strconv.ParseUint: parsing "": invalid syntax' };
  const value = BigInt(text);
  return value > MAX_UINT64 ? { problem: `strconv.ParseUint: parsing ${quote(text)}: value out of range` } : value;
}

function readPrerelease(text: string): bigint | string | VersionProblem {
  if (text === '') return { problem: 'Prerelease is empty' };
  if (NUMBERS.test(text)) {
    if (text.length === 1 || !text.startsWith('0')) return readUint(text);
    return { problem: `Numeric PreRelease version must not contain leading zeroes ${quote(text)}` };
  }
  return WORDS.test(text) ? text : { problem: `Invalid character(s) found in prerelease ${quote(text)}` };
}

/** Reads `v1.2` as 1.2.0 and `01.02.03` as 1.2.3. */
export function normalizeVersion(text: string): Version | VersionProblem {
  const [first = '', second, ...others] = text.replace(/^v/, '').split('.');
  const given = [first, ...(second === undefined ? [] : [second]), ...(others.length === 0 ? [] : [others.join('.')])];
  const parts = given.map(withoutZeros);
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) {
    return { problem: 'short version cannot contain PreRelease/Build meta data' };
  }
  while (parts.length < 3) parts.push('0');
  return parseVersion(parts.join('.'));
}

function withoutZeros(part: string): string {
  if (part.length < 2) return part;
  const rest = part.replace(/^0+/, '');
  return /^[0-9]/.test(rest) ? rest : `0${rest}`;
}

/** -1, 0 or 1; build data doesn't count. */
export function compareVersions(a: Version, b: Version): number {
  return (
    order(a.major, b.major) ||
    order(a.minor, b.minor) ||
    order(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A version without any comes after those with one. */
function comparePrereleases(a: Version['prerelease'], b: Version['prerelease']): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    const result = compareParts(left, right);
    if (result !== 0) return result;
  }
  return a.length === b.length ? 0 : -1;
}

function compareParts(a: bigint | string, b: bigint | string): number {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? order(a, b) : -1;
  return typeof b === 'bigint' ? 1 : Math.sign(compareText(a, b));
}
