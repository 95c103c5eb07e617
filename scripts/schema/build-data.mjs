// Regenerates sandbox/schema/data/ from recorded facts about a Kubernetes API server.
// Usage: node scripts/schema/build-data.mjs FOLDER   (with openapi-structure, schema-extensions, protobuf and resources.json)
// The facts say several things twice; where they disagree, this script stops.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const META_KINDS = [
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'UpdateOptions',
  'WatchEvent',
];
const UNSERVED = new Set([
  '',
  'meta.k8s.io/v1',
  'apidiscovery.k8s.io/v2',
  'metrics.k8s.io/v1beta1',
  'admission.k8s.io/v1',
]);
const FORMATS = { int32: 'int32', int64: 'int64', double: 'double', bytes: 'byte' };
const OPENAPI_TYPES = {
  string: 'string',
  bool: 'boolean',
  int32: 'integer',
  int64: 'integer',
  double: 'number',
  bytes: 'string',
};

/** The files of data as texts, by name. */
export function buildData(folder) {
  const facts = readFacts(folder);
  const names = wantedDefinitions(facts);
  const packages = {};
  for (const name of names) packages[packageOf(name)] = fullPackageOf(name);
  const definitions = Object.fromEntries(names.map((name) => [aliasOf(name), definitionRow(facts, name)]));
  return {
    'definitions.json': lines({ packages, definitions, kinds: kindRows(facts) }),
    'unserved.json': lines(unservedDefinitions(facts, names, packages)),
    'resources.json': `[\n${facts.resources.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`,
  };
}

function readFacts(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  const protobuf = read('protobuf');
  const supplement = JSON.parse(readFileSync(new URL('./supplement.json', import.meta.url), 'utf8'));
  const messages = new Map();
  for (const [name, rows] of Object.entries({ ...protobuf.messages, ...supplement.messages }))
    messages.set(definitionOfMessage(name), rows);
  return {
    messages,
    kinds: { ...protobuf.kinds, ...supplement.kinds },
    wrappers: protobuf.wrappers,
    openapi: read('openapi-structure'),
    extensions: read('schema-extensions'),
    resources: read('resources'),
    goTypes: supplement.goTypes,
    defaults: supplement.defaults,
    keepsEmpty: new Set(supplement.keepsEmpty),
  };
}

/** `k8s.io.api.core.v1.Pod` is `io.k8s.api.core.v1.Pod` in the API's own document. */
function definitionOfMessage(message) {
  return message.replace(/^k8s\.io\./, 'io.k8s.').replaceAll('_', '-');
}

const fullPackageOf = (name) => name.slice(0, name.lastIndexOf('.'));
const packageOf = (name) => fullPackageOf(name).split('.').slice(-2).join('.');
const shortName = (name) => name.slice(name.lastIndexOf('.') + 1);
const aliasOf = (name) => `${packageOf(name)}.${shortName(name)}`;

/** All definitions of the API's document, the kinds of its versions and of meta, and whatever these hold. */
function wantedDefinitions({ messages, kinds, extensions, resources }) {
  const wanted = new Set();
  const want = (name) => {
    if (wanted.has(name) || !messages.has(name)) return;
    wanted.add(name);
    for (const [, , type] of messages.get(name)) want(definitionOfMessage(type));
  };
  const versions = new Set(resources.map(({ group, version }) => (group === '' ? version : `${group}/${version}`)));
  for (const [key, message] of Object.entries(kinds)) {
    const groupVersion = key.slice(0, key.indexOf(' '));
    if (versions.has(groupVersion) || UNSERVED.has(groupVersion)) want(definitionOfMessage(message));
  }
  for (const name of Object.keys(extensions)) want(name);
  return [...wanted].sort();
}

/**
 * What only versions have that nobody serves: package → its definitions. Most are as in another version of the group,
 * which stands for them: `=v1` → their names.
 */
function unservedDefinitions(facts, served, servedPackages) {
  const known = new Map();
  const learn = (name) => {
    const group = fullPackageOf(name).split('.').slice(0, -1).join('.');
    const key = [group, shortName(name), ...plainRows(facts, name)].join(';');
    const like = known.get(key);
    if (like === undefined) known.set(key, name);
    return like;
  };
  served.forEach(learn);
  const packages = {};
  const definitions = {};
  const unserved = [...facts.messages.keys()].filter((name) => !served.includes(name));
  for (const name of unserved.sort()) {
    const home = packageOf(name);
    if (!(home in servedPackages)) packages[home] = fullPackageOf(name);
    definitions[home] ??= {};
    const like = learn(name);
    const key = like === undefined ? shortName(name) : `=${packageOf(like).split('.')[1]}`;
    const text = like === undefined ? plainRows(facts, name).join(';') : shortName(name);
    definitions[home][key] = key in definitions[home] ? `${definitions[home][key]} ${text}` : text;
  }
  return { packages, definitions };
}

/** A definition without what the API's document adds to it. */
function plainRows(facts, name) {
  const typeMeta = Object.values(facts.kinds).some((message) => definitionOfMessage(message) === name);
  const fields = facts.messages.get(name).map(([number, field, type, card, flags]) => {
    const embedded = field === '' && flags.includes('i') ? '+' : field;
    return `${number}${flags.replace('i', '')} ${embedded} ${prefixOf(card)}${typeText(name, type)}`;
  });
  return [typeMeta ? 'T' : '', ...fields];
}

/** A definition as one line: what it is, then its fields in the order of Go's declaration, separated by `;`. */
function definitionRow(facts, name) {
  const rows = facts.messages.get(name);
  const extension = facts.extensions[name] ?? {};
  const union = extension.unions?.[0];
  const head = [
    ...(hasTypeMeta(facts, name) ? ['T'] : []),
    ...(extension.mapType === 'atomic' ? ['a'] : []),
    ...(union === undefined ? [] : [`u=${union.discriminator ?? ''}`]),
  ];
  const fields = rows.map((row) => fieldRow(facts, name, row));
  checkRequired(facts, name);
  return [head.join(' '), ...fields].join(';');
}

function hasTypeMeta(facts, name) {
  const fields = facts.extensions[name]?.fields;
  if (fields === undefined) return Object.values(facts.kinds).some((message) => definitionOfMessage(message) === name);
  const own = new Set(facts.messages.get(name).map(([, field]) => field));
  return 'kind' in fields && 'apiVersion' in fields && !own.has('kind') && !own.has('apiVersion');
}

function fieldRow(facts, name, [number, field, type, card, flags]) {
  const shown = `${number}${flags.replace('i', '')}`;
  if (field === '') return `${shown} + ${typeText(name, type)}`;
  const owner = ownersOf(facts, name).find((one) => facts.extensions[one]?.fields?.[field] !== undefined);
  const extension = facts.extensions[owner]?.fields[field] ?? {};
  const required = facts.extensions[owner]?.required?.includes(field) ? 'r' : '';
  checkType(name, field, type, card, extension);
  const key = `${aliasOf(name)} ${field}`;
  const keeps = facts.keepsEmpty.has(key) ? 'n' : '';
  const parts = [shown + keeps + required, field, prefixOf(card) + typeText(name, type), ...attributes(extension)];
  if (facts.goTypes[key] !== undefined) parts.push(`g=${facts.goTypes[key].replaceAll(' ', '')}`);
  if (facts.defaults[key] !== undefined) parts.push(`d=${JSON.stringify(facts.defaults[key])}`);
  if (parts.some((part) => /[ ;]/.test(part))) throw new Error(`${name} ${field}: a blank or ; within ${parts}`);
  return parts.join(' ');
}

/** The definition itself, or those that embed it: the API's document has the fields of VolumeSource within Volume. */
function ownersOf(facts, name) {
  if (facts.extensions[name] !== undefined) return [name];
  const embeds = ([, field, type]) => field === '' && definitionOfMessage(type) === name;
  return [...facts.messages].filter(([, rows]) => rows.some(embeds)).flatMap(([owner]) => ownersOf(facts, owner));
}

const prefixOf = (card) => ({ one: '', rep: '[]', map: '{}' })[card];

function typeText(within, type) {
  if (!type.includes('.')) return type;
  const star = type.startsWith('*') ? '*' : '';
  const name = definitionOfMessage(type.slice(star.length));
  const alias = aliasOf(name);
  return star + (packageOf(name) === packageOf(within) ? alias.slice(alias.lastIndexOf('.') + 1) : alias);
}

function attributes({ mergeKey, strategy, listType, listMapKeys, mapType, enum: values, elem }) {
  const list = listType === 'map' ? `map:${listMapKeys.join(',')}` : listType;
  const choices = values ?? elem?.enum;
  return [
    ...(mergeKey === undefined ? [] : [`m=${mergeKey}`]),
    ...(strategy === undefined ? [] : [`s=${strategy}`]),
    ...(list === undefined ? [] : [`l=${list}`]),
    ...(mapType === undefined ? [] : [`a=${mapType}`]),
    ...(choices === undefined ? [] : [`e=${choices.map((choice) => choice.replaceAll(' ', '~')).join('|')}`]),
  ];
}

/** What the document says of a plain type follows from the wire type; this proves it. */
function checkType(name, field, type, card, { type: said, format, elem }) {
  const plain = OPENAPI_TYPES[type];
  if (said === undefined || plain === undefined) return;
  const expected = prefixOf(card) + plain;
  const found = card === 'one' ? format : (elem?.format ?? format);
  if (said !== expected || found !== FORMATS[type])
    throw new Error(`${name} ${field}: ${type} is told as ${said} ${found}`);
}

/** Required fields are listed in the order of declaration, so that a mark on each says it all. */
function checkRequired(facts, name) {
  const said = facts.openapi[name]?.required ?? [];
  const order = (one) =>
    facts.messages.get(one).flatMap(([, field, type]) => (field === '' ? order(definitionOfMessage(type)) : [field]));
  const ordered = order(name).filter((field) => said.includes(field));
  if (said.join() !== ordered.join()) throw new Error(`${name} requires ${said}, declares ${ordered}`);
}

/** Group version → where its kinds are defined and their names. `*` stands for the kinds that every version has. */
function kindRows({ kinds }) {
  const versions = {};
  for (const [key, message] of Object.entries(kinds)) {
    const [groupVersion, kind] = key.split(' ');
    versions[groupVersion] ??= new Map();
    versions[groupVersion].set(kind, aliasOf(definitionOfMessage(message)));
  }
  return Object.fromEntries(Object.entries(versions).map(([groupVersion, own]) => [groupVersion, kindRow(own)]));
}

function kindRow(own) {
  const rest = [...own].filter(([kind]) => !META_KINDS.includes(kind));
  const common =
    rest.length + META_KINDS.length === own.size
      ? ['*']
      : [...own].filter(([kind]) => META_KINDS.includes(kind)).map(named);
  const home =
    rest.map(([, alias]) => alias.slice(0, alias.lastIndexOf('.'))).find((one) => one !== 'meta.v1') ?? 'meta.v1';
  const names = rest.map(([kind, alias]) => (alias === `${home}.${kind}` ? kind : named([kind, alias])));
  return [home, ...names, ...common].join(' ');
}

function named([kind, alias]) {
  return `${kind}=${alias}`;
}

/** JSON with one entry a line, so that a change of the data can be read. */
function lines(sections) {
  const entry = ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  const section = ([name, map]) => `${JSON.stringify(name)}: {\n${Object.entries(map).map(entry).join(',\n')}\n}`;
  return `{\n${Object.entries(sections).map(section).join(',\n')}\n}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('usage: node scripts/schema/build-data.mjs FOLDER');
  const target = fileURLToPath(new URL('../../sandbox/schema/data/', import.meta.url));
  mkdirSync(target, { recursive: true });
  for (const [name, text] of Object.entries(buildData(folder))) writeFileSync(join(target, name), text);
}
