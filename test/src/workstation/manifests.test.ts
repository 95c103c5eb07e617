// What an editor says of a manifest that was saved: where it is wrong, and in which words.

import { expect, it } from 'vitest';
import { checkManifests } from '../../../src/workstation/manifests.ts';

function found(text: string, path = 'web.yaml'): readonly string[] {
  return checkManifests(path, text).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: a
spec:
  containers:
    - name: a
      image: b
      ports:
        - containerPort: 80
    - name: c
      imagee: d
`;

it('an unknown field is found where it stands', () => {
  expect(found(POD)).toEqual(['12:7 unknown field "spec.containers[1].imagee"']);
  expect(found(POD.replace('imagee', 'image'))).toEqual([]);
});

it('documents behind others, flow style and names with dots are found, too', () => {
  const service = '---\n# second\napiVersion: v1\nkind: Service\nmetadata: {labels: {a.b/c: d}, nam: x}\n';
  expect(found(POD + service)).toEqual([
    '12:7 unknown field "spec.containers[1].imagee"',
    '17:32 unknown field "metadata.nam"',
  ]);
});

it('a value of the wrong type is found where it stands', () => {
  const [line = ''] = found(POD.replace('imagee', 'image').replace('containerPort: 80', 'containerPort: "80"'));
  expect(line).toMatch(
    /^10:26 json: cannot unmarshal string into Go struct field ContainerPort\..*containerPort of type int32$/,
  );
});

it('what stands twice, and what is no YAML, is said with its line', () => {
  expect(found('apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n  a: c\n')).toEqual(['5:1 key "a" already set in map']);
  expect(found('apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n')[0]).toMatch(/^4:1 yaml: line /);
});

it('nothing is said of other files, of kinds that only a cluster knows, of what has no kind', () => {
  expect(found(POD, 'notes.txt')).toEqual([]);
  expect(found('apiVersion: stable.example.com/v1\nkind: CronTab\nspec: {anything: 1}\n')).toEqual([]);
  expect(found('- a\n- b\n')).toEqual([]);
  expect(found('replicas: 3\nimage: nginx\n')).toEqual([]);
  expect(found('')).toEqual([]);
});
