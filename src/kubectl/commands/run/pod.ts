// The pod that `kubectl run` makes of its flags, and the service in front of it.

import { envVarName } from '../../../../sandbox/kube/names.ts';
import type { V1Container, V1EnvVar, V1Pod, V1Service } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { parseLabelText } from '../shared/labels.ts';

export function podOf(call: Call, restartPolicy: string): V1Pod {
  const { flags, args } = call;
  const [name = ''] = args;
  const labels = flags.string('labels');
  const annotations = annotationsOf(flags.strings('annotations'));
  return {
    metadata: {
      name,
      labels: labels === '' ? { run: name } : parseLabelText(labels),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: { containers: [containerOf(call, name)], dnsPolicy: 'ClusterFirst', restartPolicy },
  };
}

function containerOf({ flags, args }: Call, name: string): V1Container {
  const words = args.slice(1);
  const env = envOf(flags.strings('env'));
  const [stdin, port, policy] = [flags.bool('stdin'), flags.string('port'), flags.string('image-pull-policy')];
  return {
    name,
    image: flags.string('image'),
    ...(words.length === 0 ? {} : flags.bool('command') ? { command: words } : { args: words }),
    ...(env.length === 0 ? {} : { env }),
    ...(policy === '' ? {} : { imagePullPolicy: policy }),
    ...(port === '' ? {} : { ports: [{ containerPort: portNumber(port) }] }),
    ...(flags.bool('privileged') ? { securityContext: { privileged: true } } : {}),
    ...(stdin ? { stdin, ...(flags.bool('leave-stdin-open') ? {} : { stdinOnce: true }) } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
  };
}

function annotationsOf(texts: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (texts.length === 0) return undefined;
  const wrong = texts.filter((text) => text.indexOf('=') < 1);
  if (wrong.length > 0) throw new Error(`invalid annotations format: ${wrong.join(', ')}`);
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function envOf(texts: readonly string[]): readonly V1EnvVar[] {
  return texts.map((text) => {
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(equals, 0));
    if (name === '' || envVarName(name).length > 0) throw new Error(`invalid env: ${text}`);
    return { name, value: text.slice(equals + 1) };
  });
}

function portNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** For --expose. */
export function serviceOf({ flags, args }: Call): V1Service {
  const [name = ''] = args;
  const port = portNumber(flags.string('port'));
  const labels = flags.string('labels');
  return {
    metadata: { name, ...(labels === '' ? {} : { labels: parseLabelText(labels) }) },
    spec: {
      ports: [{ port, protocol: 'TCP', targetPort: port }],
      selector: labels === '' ? { run: name } : parseLabelText(labels),
    },
  };
}
