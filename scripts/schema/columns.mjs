// Regenerates sandbox/schema/data/columns.json: what the columns of the server's tables are for, in words. Run with the
// address of a server of the right version and a client's certificate:
//   node scripts/schema/columns.mjs https://127.0.0.1:6443 client.crt client.key

import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';

const [server, certificate, key] = process.argv.slice(2);
if (key === undefined) throw new Error('usage: columns.mjs SERVER CLIENT.CRT CLIENT.KEY');
const agent = new Agent({ cert: readFileSync(certificate), key: readFileSync(key), rejectUnauthorized: false });
const resources = JSON.parse(readFileSync('sandbox/schema/data/resources.json', 'utf8'));

/** Texts, each once; and for each resource the number of each column's text. */
const texts = [];
const columns = {};
for (const { group, version, resource, verbs } of resources) {
  if (!verbs.includes('list')) continue;
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const table = await read(`${path}/${resource}?limit=1`);
  const definitions = table.columnDefinitions ?? [];
  const found = definitions.map(({ name, description }) => [name, numberOf(description)]);
  columns[`${group}/${version}/${resource}`] = Object.fromEntries(found);
}
writeFileSync('sandbox/schema/data/columns.json', `${JSON.stringify({ texts, columns })}\n`);

function numberOf(text) {
  const known = texts.indexOf(text);
  if (known >= 0) return known;
  texts.push(text);
  return texts.length - 1;
}

function read(path) {
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  return new Promise((resolve, reject) => {
    get(`${server}${path}`, { agent, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(JSON.parse(body)));
    }).on('error', reject);
  });
}
