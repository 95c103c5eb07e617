// The teaching images are written down in sandbox/machine/images/learn/*.yaml, for the simulator and for whoever builds real
// ones. This makes the JSON that lies beside each, which the simulator is bundled with. Usage: node scripts/images.mjs
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const folder = new URL('../sandbox/machine/images/learn/', import.meta.url);
for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml'))) {
  const images = parse(readFileSync(new URL(name, folder), 'utf8'));
  writeFileSync(new URL(name.replace(/yaml$/, 'json'), folder), `${JSON.stringify(images, null, 2)}\n`);
}
