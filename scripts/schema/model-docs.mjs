// What the declarations of kubernetes-models say of Kubernetes' types. They are older than ours, but whole: with line ends, with
// the words of fields that hold objects, and with what each word of an enumeration means.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const FOLDERS = [
  require.resolve('kubernetes-models/package.json'),
  require.resolve('@kubernetes-models/apimachinery/package.json'),
].map(dirname);
/** What stands before group, version and name in the name of an export. */
const HOME = /^IoK8s(?:Api|ApimachineryPkgApis|ApiextensionsApiserverPkgApis|KubeAggregatorPkgApis)(?=[A-Z])/;
const TYPE = /(?:\/\*\*\n((?: \*[^\n]*\n)+?) \*\/\n)?export (?:interface|type) I\w+/;
const FIELD = / {4}\/\*\*\n((?: {5}\*[^\n]*\n)+?) {5}\*\/\n {4}"([^"]+)"\??:/g;
const VERSION = /^V\d+(?:(?:alpha|beta)\d+)?$/;

/** `of(alias)` gives the texts of a definition: its own under the empty name. What it lacks is taken from another version of its group. */
export function modelDocs() {
  const own = new Map();
  for (const [name, texts] of FOLDERS.flatMap(declarations)) own.set(name, texts);
  return {
    of(alias) {
      const parts = alias.split('.').map((part) => part[0].toUpperCase() + part.slice(1));
      const others = [...own].filter(([name]) => isOtherVersion(name, parts)).map(([, texts]) => texts);
      return Object.assign({}, ...others, own.get(parts.join('')));
    },
  };
}

function isOtherVersion(name, [group, , kind]) {
  if (!name.startsWith(group) || !name.endsWith(kind)) return false;
  return VERSION.test(name.slice(group.length, name.length - kind.length));
}

function declarations(root) {
  return readdirSync(root, { recursive: true })
    .filter((path) => path.endsWith('.d.ts'))
    .flatMap((path) => declared(readFileSync(join(root, path), 'utf8')));
}

/** The type of a file, as `[name, texts]`. */
function declared(text) {
  const type = TYPE.exec(text);
  const name = /as I(IoK8s\w+)/.exec(text)?.[1];
  if (type === null || name === undefined) return [];
  const fields = [...text.matchAll(FIELD)].map(([, comment, field]) => [field, uncommented(comment)]).reverse();
  const all = [...(type[1] === undefined ? [] : [['', uncommented(type[1])]]), ...fields];
  return [[name.replace(HOME, ''), Object.fromEntries(all)]];
}

function uncommented(comment) {
  return comment
    .replaceAll(/^ *\* ?/gm, '')
    .replace(/\n(?:@deprecated\n)?$/, '')
    .replaceAll(/\\([*/])/g, '$1');
}
