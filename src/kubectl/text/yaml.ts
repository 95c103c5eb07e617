// YAML as kubectl reads and writes it. One place, so that commands don't care who does it.

import type { JsonValue } from '../../../sandbox/kube/json.ts';
import type { Bytes } from '../../../sandbox/machine/sys.ts';
import { encodeYaml } from '../../../sandbox/schema/yaml/encode.ts';
import { parseYaml as parse } from '../../../sandbox/schema/yaml/parse.ts';

/** One document; of bytes, those that are no text are found, too. Throws with the words of Go's YAML: `yaml: line 3: did not find expected node content`. */
export function parseYaml(text: string | Bytes): JsonValue {
  return parse(text).value;
}

/** With a line end at its end; keys are sorted. */
export function writeYaml(value: JsonValue): string {
  return encodeYaml(value);
}
