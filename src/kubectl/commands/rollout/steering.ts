// kubectl rollout pause, resume and restart: one small change of the objects.

import { goJson, quote } from '../../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { createTwoWayMergePatch } from '../../../../sandbox/kube/patch/strategicpatch.ts';
import type { Blocking, Sys } from '../../../../sandbox/machine/sys.ts';
import { canonical } from '../../../../sandbox/schema/decode/canonical.ts';
import type { Call } from '../../call.ts';
import type { HelpTexts } from '../../cli/help.ts';
import { type Command, command } from '../../command.ts';
import { asError, SeveralErrors } from '../../errors.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import { type Info, mappingOf, objectOf, refresh } from '../../resource/info.ts';
import { ACCEPT_SCHEME, patchObject } from '../../resource/requests.ts';
import { typeOf } from '../../resource/typed.ts';
import { writeOptions } from '../shared/write.ts';
import { confirmNamed, resourceText, sayNoneFound, selectWorkloads } from './shared.ts';

interface Steering extends HelpTexts {
  readonly path: string;
  readonly done: string;
  /** Throws where it can't be done. */
  readonly change: (object: JsonObject, kind: string, sys: Sys) => JsonObject;
}

function steering({ path, done, change, ...texts }: Steering): Command {
  return command<null>({
    path,
    ...texts,
    *complete(call) {
      yield* call.namespace();
      return null;
    },
    validate: (_, call) => confirmNamed(call),
    *run(_, call) {
      const errors: Error[] = [];
      const infos = yield* found(call, errors);
      if (infos.length === 0 && errors.length === 0) yield* sayNoneFound(call);
      for (const info of infos) {
        try {
          yield* steer(call, info, done, change);
        } catch (error) {
          errors.push(asError(error));
        }
      }
      if (errors.length > 0) throw new SeveralErrors(errors);
    },
  });
}

function* found(call: Call, errors: Error[]): Blocking<readonly Info[]> {
  const infos: Info[] = [];
  const selected = yield* selectWorkloads(call);
  try {
    yield* selected.visit(function* (info) {
      infos.push(info);
    });
  } catch (error) {
    errors.push(asError(error));
  }
  return infos;
}

function* steer(call: Call, info: Info, done: string, change: Steering['change']): Blocking<void> {
  const patch = patchFor(call, info, change);
  if (patch === '{}') {
    throw new Error(
      `failed to create patch for ${info.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
    );
  }
  try {
    const write = { ...writeOptions(call, 'none'), accept: ACCEPT_SCHEME };
    refresh(info, yield* patchObject(yield* call.client(), info, 'strategic', patch, write));
  } catch (error) {
    throw new Error(`failed to patch: ${asError(error).message}`);
  }
  yield* call.out((yield* objectPrinter(call, printerOptions(call, { operation: done }))).print(objectOf(info)));
}

function patchFor(call: Call, info: Info, change: Steering['change']): string {
  const { group, kind } = mappingOf(info);
  try {
    const after = change(objectOf(info), `${kind}.${group}`, call.sys);
    const type = typeOf(mappingOf(info))?.type;
    if (type === undefined) throw new Error('the kind is not known');
    return goJson(createTwoWayMergePatch(canonical(objectOf(info), type), canonical(after, type), type), 'sorted');
  } catch (error) {
    throw new Error(`error: ${resourceText(info)} ${quote(info.name)} ${asError(error).message}`);
  }
}

function specOf(object: JsonObject): JsonObject {
  return isObject(object['spec']) ? object['spec'] : {};
}

const pause = steering({
  path: 'rollout pause',
  done: 'paused',
  long: `
Pause a deployment: its controller leaves it alone until it is resumed.

Only deployments can be paused.`,
  examples: `
# Changes gather until the deployment is resumed
kubectl rollout pause deployment/web`,
  change(object, kind) {
    if (kind !== 'Deployment.apps') throw new Error('pausing is not supported');
    if (specOf(object)['paused'] === true) throw new Error('is already paused');
    return { ...object, spec: { ...specOf(object), paused: true } };
  },
});

const resume = steering({
  path: 'rollout resume',
  done: 'resumed',
  long: `
Resume a deployment that was paused: its controller goes on with what has changed in the meantime.

Only deployments can be resumed.`,
  examples: `
# The controller goes on
kubectl rollout resume deployment/web`,
  change(object, kind) {
    if (kind !== 'Deployment.apps') throw new Error('resuming is not supported');
    if (specOf(object)['paused'] !== true) throw new Error('is not paused');
    return { ...object, spec: { ...specOf(object), paused: false } };
  },
});

const RESTARTED = 'kubectl.kubernetes.io/restartedAt';
const RESTARTABLE = ['Deployment.apps', 'DaemonSet.apps', 'StatefulSet.apps'];

const restart = steering({
  path: 'rollout restart',
  done: 'restarted',
  long: 'Replace all pods of a workload by new ones of the same kind, as a rollout does.',
  examples: `
# All deployments of a namespace
kubectl rollout restart deployment -n team

# One deployment
kubectl rollout restart deployment/web

# Those with a label
kubectl rollout restart deployment -l app=web`,
  change(object, kind, sys) {
    if (!RESTARTABLE.includes(kind)) throw new Error('restarting is not supported');
    const spec = specOf(object);
    if (spec['paused'] === true) throw new Error("can't restart paused deployment (run rollout resume first)");
    const template = isObject(spec['template']) ? spec['template'] : {};
    const metadata = isObject(template['metadata']) ? template['metadata'] : {};
    const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
    const time = new Date(sys.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const marked = { ...metadata, annotations: { ...annotations, [RESTARTED]: time } };
    return { ...object, spec: { ...spec, template: { ...template, metadata: marked } } };
  },
});

export const steeringCommands: readonly Command[] = [pause, restart, resume];
