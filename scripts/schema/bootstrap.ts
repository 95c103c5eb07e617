// Makes sandbox/schema/data/bootstrap.json, the objects that an API server makes in an empty store, in the form in which they
// are stored: node scripts/run.mjs scripts/schema/bootstrap.ts

import { readFileSync, writeFileSync } from 'node:fs';
import { asText, firstObjects } from './firstobjects.ts';

const recorded = JSON.parse(readFileSync('test/golden/recorded/facts/bootstrap-objects.json', 'utf8'));
writeFileSync('sandbox/schema/data/bootstrap.json', asText(firstObjects(recorded)));
