// kubectl create configmap

import { quote } from '../../../../sandbox/kube/go/text.ts';
import { configMapKey } from '../../../../sandbox/kube/names.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { ConfigMaps } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1ConfigMap } from '../../../../sandbox/schema/generated/types.ts';
import { encodeBase64 } from '../../../../sandbox/schema/scalars/base64.ts';
import type { Call } from '../../call.ts';
import {
  confirmSources,
  type Entry,
  envFileEntries,
  fileEntries,
  literalEntry,
  type Sources,
  utf8Text,
} from './entries.ts';
import { generator, type Target } from './generator.ts';
import { configMapHash } from './hash.ts';

export const createConfigMap = generator({
  path: 'create configmap',
  type: ConfigMaps,
  failure: 'failed to create configmap:',
  long: `
Create a config map with the given name from files, folders or literal values.

The key of a file is its name, unless another one is given. Of a folder, all files count whose names can be keys; whatever else lies there, folders and links too, is passed over.`,
  examples: `
# All files of a folder
kubectl create configmap settings --from-file=conf/

# A file under a key of its own
kubectl create configmap settings --from-file=main=conf/app.ini

# Literal values
kubectl create configmap settings --from-literal=mode=fast --from-literal=level=3

# Variables from files
kubectl create configmap settings --from-env-file=dev.env --from-env-file=local.env`,
  *validate({ flags }, { name }) {
    if (name === '') throw new Error('name must be specified');
    confirmSources(sourcesOf({ flags }));
  },
  *make(call, target) {
    const configMap = yield* filled(call, target);
    if (!call.flags.bool('append-hash')) return configMap;
    return { ...configMap, metadata: { ...configMap.metadata, name: `${target.name}-${configMapHash(configMap)}` } };
  },
});

export function sourcesOf({ flags }: Pick<Call, 'flags'>): Sources {
  return {
    literals: flags.strings('from-literal'),
    files: flags.strings('from-file'),
    envFiles: flags.strings('from-env-file'),
  };
}

function* filled(call: Call, { name, placed }: Target): Blocking<V1ConfigMap> {
  const { sys } = call;
  const { files, literals, envFiles } = sourcesOf(call);
  const data = new Map<string, string>();
  const binaryData = new Map<string, string>();
  const add = ({ key, value }: Entry): void => {
    confirmNewKey(key, name, data, binaryData);
    const text = utf8Text(value);
    if (text === undefined) binaryData.set(key, encodeBase64(value));
    else data.set(key, text);
  };
  for (const source of files) (yield* fileEntries(sys, source)).forEach(add);
  literals.map(literalEntry).forEach(add);
  for (const path of envFiles) (yield* envFileEntries(sys, path, 'config')).forEach(add);
  return {
    metadata: { name, ...placed },
    data: Object.fromEntries(data),
    binaryData: Object.fromEntries(binaryData),
  };
}

function confirmNewKey(
  key: string,
  name: string,
  data: ReadonlyMap<string, string>,
  binaryData: ReadonlyMap<string, string>,
): void {
  const problems = configMapKey(key);
  if (problems.length > 0)
    throw new Error(`${quote(key)} is not a valid key name for a ConfigMap: ${problems.join(',')}`);
  const place = data.has(key) ? 'Data' : binaryData.has(key) ? 'BinaryData' : undefined;
  if (place === undefined) return;
  throw new Error(
    `cannot add key ${quote(key)}, another key by that name already exists in ${place} for ConfigMap ${quote(name)}`,
  );
}
