// Where a learner's preferences lie, and reading them: --kuberc, else KUBERC, else ~/.kube/kuberc. A file that nobody named
// may be missing or wrong without doing harm.

import { isArray } from '../../../sandbox/kube/json.ts';
import { type Blocking, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { parseYaml } from '../../../sandbox/schema/yaml/parse.ts';
import { asError } from '../errors.ts';
import { FileError, makeFolders, readText, writeFile } from '../files.ts';
import { homeOf } from '../kubeconfig/load.ts';
import { directoryOf, joinPath } from '../text/path.ts';
import { writeYaml } from '../text/yaml.ts';
import { decodePreference, type Preference } from './preference.ts';

export interface KubercFile {
  /** Empty when preferences are turned off. */
  readonly path: string;
  /** Somebody named it: it has to be there. */
  readonly explicit: boolean;
}

/** `KUBECTL_KUBERC=false`: neither the flag nor the command is there. */
export function hasPreferences(sys: Sys): boolean {
  return sys.env.get('KUBECTL_KUBERC')?.toLowerCase() !== 'false';
}

/** `flag` is what --kuberc names. */
export function kubercFile(sys: Sys, flag: string): KubercFile {
  const variable = sys.env.get('KUBERC') ?? '';
  if (variable === 'off') {
    if (flag === '') return { path: '', explicit: false };
    throw new Error('disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive');
  }
  const usual = joinPath(homeOf(sys), '.kube/kuberc');
  if (flag !== '' && flag !== usual) return { path: flag, explicit: true };
  if (variable !== '') return { path: variable, explicit: true };
  return { path: usual, explicit: flag !== '' };
}

/** The preferences that count for a command line; undefined when there are none. Complaints go to standard error. */
export function* loadPreference(sys: Sys, flag: string): Blocking<Preference | undefined> {
  const { path, explicit } = kubercFile(sys, flag);
  if (path === '') return undefined;
  try {
    const { preference, problems } = firstPreference(yield* readText(sys, path), path);
    if (problems.length > 0) {
      const text = `strict decoding error: ${problems.join(', ')}`;
      yield* sys.write(2, `kuberc: ignoring strict decoding error in ${path}: ${text}`);
    }
    return preference;
  } catch (thrown) {
    if (explicit) throw new Error(`kuberc: ${asError(thrown).message}`);
    if (!(thrown instanceof FileError && thrown.missing)) {
      yield* sys.write(2, `kuberc: no preferences loaded from ${path}: ${asError(thrown).message}`);
    }
    return undefined;
  }
}

interface Found {
  readonly preference?: Preference;
  /** What strict reading would refuse. */
  readonly problems: readonly string[];
}

/** The first document that can be used. */
function firstPreference(text: string, path: string): Found {
  const documents = text.split(/^---[^\S\n]*$\n?/m).filter((document) => document.trim() !== '');
  for (const document of documents) {
    const found = foundIn(document);
    if (found !== undefined) return found;
  }
  if (documents.length > 0) throw new Error(`no valid preferences found in ${path}, use --v=5 to see details`);
  return { problems: [] };
}

function foundIn(document: string): Found | undefined {
  try {
    const { value, strict } = parseYaml(document);
    const decoded = isArray(value) ? undefined : decodePreference(value);
    if (decoded === undefined) return undefined;
    const unknown = decoded.unknown.map((field) => `unknown field "${field}"`);
    return { preference: decoded.preference, problems: [...(strict === undefined ? [] : [strict]), ...unknown] };
  } catch {
    return undefined;
  }
}

/** Says where it went. */
export function* savePreference(sys: Sys, preference: Preference, path: string): Blocking<void> {
  try {
    makeFolders(sys, directoryOf(path), 0o755);
  } catch (error) {
    throw new Error(`failed to create directory ${directoryOf(path)}: ${asError(error).message}`);
  }
  try {
    yield* writeFile(sys, path, writeYaml(preference), 0o644);
  } catch (error) {
    if (error instanceof FileError || error instanceof SysError) {
      throw new Error(`failed to write kuberc file: ${error.message}`);
    }
    throw error;
  }
  yield* sys.write(1, `Updated ${path}\n`);
}
