// Extracts what the kinds and fields of Kubernetes are for, from the models of @kubernetes/client-node and of kubernetes-models,
// for `kubectl explain` and the API's own document. Called by the build; the texts aren't committed.
// Usage: node scripts/schema/build-docs.mjs FILE   (writes JSON, compressed with brotli)
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { clientNodeModels, typeNames } from './build-types.mjs';
import { modelDocs } from './model-docs.mjs';

/** Alias of a definition → its texts: of the kind under the empty name, of the fields under theirs. */
export function buildDocs() {
  const data = JSON.parse(readFileSync(new URL('../../sandbox/schema/data/definitions.json', import.meta.url), 'utf8'));
  const models = clientNodeModels();
  const older = modelDocs();
  const entries = [...typeNames(Object.keys(data.definitions))]
    .filter(([, name]) => models.has(name))
    .map(([alias, name]) => [alias, united(textsOf(name), older.of(alias))]);
  return Object.fromEntries([...entries, ['', parameterTexts()]]);
}

/** Client-node's words are of our release, but have lost their line ends, and it has none for fields that hold objects. */
function united(ours, older) {
  const both = Object.entries(ours).map(([field, text]) => [field, newest(text, older[field])]);
  return { ...older, ...Object.fromEntries(both.filter(([field, text]) => !OF_TYPE.test(text) || !(field in older))) };
}

/** What client-node has for some fields is said of their type. */
const OF_TYPE = /^IntOrString is a type that/;

/** The older text when it says the same, else the newer one with what the older says of an enumeration's words. */
function newest(text, older) {
  if (older === undefined) return text;
  const [words] = older.split(ENUMERATION);
  return onOneLine(words) === onOneLine(text) ? older : text + older.slice(words.length);
}

const ENUMERATION = /\n+Possible enum values:/;

function onOneLine(text) {
  return text.replaceAll(/\s+/g, ' ').trim();
}

const generated = join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen');
const folder = join(generated, 'models');

/** What the parameters of requests are for: the same for all kinds. */
function parameterTexts() {
  const text = readFileSync(join(generated, 'apis', 'CoreV1Api.d.ts'), 'utf8');
  const said = [...text.matchAll(/^ +\* @param _?(\w+) ([^\n]+)$/gm)].map(([, name, words]) => [name, plain(words)]);
  return Object.fromEntries(said.filter(([name]) => name !== 'body' && name !== 'name').reverse());
}

function textsOf(model) {
  const declaration = readFileSync(join(folder, `${model}.d.ts`), 'utf8');
  const names = jsonNames(readFileSync(join(folder, `${model}.js`), 'utf8'));
  const kind = /\/\*\*\n\* ([^\n]*)\n\*\/\nexport declare class/.exec(declaration);
  const fields = [...declaration.matchAll(/ {4}\/\*\*\n {4}\* ([^\n]*)\n {4}\*\/\n {4}'([^']+)'\??:/g)];
  const texts = fields.map(([, text, name]) => [names.get(name) ?? name, plain(text)]);
  return Object.fromEntries([...(kind === null ? [] : [['', plain(kind[1])]]), ...texts]);
}

/** Names of properties in TypeScript → in JSON. */
function jsonNames(code) {
  return new Map(
    [...code.matchAll(/"name": "([^"]+)",\s+"baseName": "([^"]+)"/g)].map(([, name, json]) => [name, json]),
  );
}

const ENTITIES = new Map([
  ['quot', '"'],
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
]);

function letterOf(code) {
  if (!code.startsWith('#')) throw new Error(`&${code}; is no letter that is known`);
  return String.fromCodePoint(code.startsWith('#x') ? Number.parseInt(code.slice(2), 16) : Number(code.slice(1)));
}

/** The models have one line a text, line ends having become blanks. Several blanks tell where they were. */
function plain(text) {
  return text
    .replaceAll(/\\?&(#x?[0-9A-Fa-f]+|[a-z]+);/g, (_, code) => ENTITIES.get(code) ?? letterOf(code))
    .replaceAll(/\\(['"\\])/g, '$1')
    .replaceAll('/_*', '/*')
    .replaceAll('*_/', '*/')
    .replaceAll(/ ( +)(?=[-*] )/g, '\n$1')
    .replaceAll(/(?<=[.)]) {2}(?=[A-Z])/g, '\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = process.argv[2];
  if (target === undefined) throw new Error('usage: node scripts/schema/build-docs.mjs FILE');
  writeFileSync(target, brotliCompressSync(JSON.stringify(buildDocs())));
}
