// kubectl apply view-last-applied, set-last-applied and edit-last-applied: what apply remembers of its manifests.

import { goJson } from '../../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { createMergePatch } from '../../../../sandbox/kube/patch/mergediff.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError, usageError, withSource } from '../../errors.ts';
import { LAST_APPLIED, lastApplied, withLastApplied } from '../../lastapplied.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import { type Info, infoText, mappingOf, objectOf, refresh } from '../../resource/info.ts';
import { fetchInfo, patchObject } from '../../resource/requests.ts';
import { isNotFound } from '../../rest/status.ts';
import { indentedJson, parseJson } from '../../text/json.ts';
import { writeYaml } from '../../text/yaml.ts';
import { editFormat } from '../edit/edit.ts';
import { type EditSession, isSame, runEditSession } from '../edit/session.ts';
import { fileOptions } from '../shared/files.ts';
import { withAnnotation } from '../shared/record.ts';
import { type DryRun, dryRunOf, fieldValidationOf, operationText, writeOptions } from '../shared/write.ts';

export const viewLastApplied = command<{ readonly namespace: string; readonly explicit: boolean }>({
  path: 'apply view-last-applied',
  long: 'Show what apply remembers of the manifests of objects, as YAML or JSON.',
  examples: `
# Of a deployment, as YAML
kubectl apply view-last-applied deployment/web

# Of what a file names, as JSON
kubectl apply view-last-applied -f web.yaml -o json`,
  *complete(call) {
    return yield* call.namespace();
  },
  *run({ namespace, explicit }, call) {
    const { flags } = call;
    const output = flags.string('output');
    const selected = yield* call.select({
      namespace,
      enforceNamespace: explicit,
      files: fileOptions(call),
      args: call.args,
      allOfType: flags.bool('all'),
      selectAll: flags.bool('all'),
      allBeforeSelectors: true,
      labelSelector: flags.string('selector'),
      latest: true,
      flatten: true,
      continueOnError: true,
    });
    if (!['json', 'yaml'].includes(output)) {
      throw usageError(
        'kubectl apply view-last-applied',
        `Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`,
      );
    }
    const texts: string[] = [];
    yield* selected.visit(function* (info) {
      const text = lastApplied(objectOf(info));
      if (text !== undefined) texts.push(text);
    });
    for (const text of texts) {
      const object = parseJson(text);
      yield* call.out(output === 'json' ? `${twoBlanks(indentedJson(object))}\n` : writeYaml(object));
    }
  },
});

/** Here JSON is set in by two blanks a level, not by four. */
function twoBlanks(json: string): string {
  return json.replaceAll(/^ +/gm, (blanks) => blanks.slice(blanks.length / 2));
}

interface SetOptions {
  readonly dryRun: DryRun;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
}

export const setLastApplied = command<SetOptions>({
  path: 'apply set-last-applied',
  long: 'Set what apply remembers to the content of a file, as if it had been applied. Nothing else of the object changes.',
  examples: `
# Of one object
kubectl apply set-last-applied -f web.yaml

# Also where apply doesn't remember anything yet
kubectl apply set-last-applied -f web.yaml --create-annotation=true`,
  *complete(call) {
    const dryRun = yield* dryRunOf(call);
    const { namespace, explicit } = yield* call.namespace();
    return { dryRun, namespace, explicitNamespace: explicit };
  },
  *run({ dryRun, namespace, explicitNamespace }, call) {
    const selected = yield* call.select({
      namespace,
      enforceNamespace: explicitNamespace,
      files: fileOptions(call),
      flatten: true,
    });
    const changes: { readonly info: Info; readonly patch: string }[] = [];
    yield* selected.visit(function* (info) {
      const patch = yield* patchFor(call, info);
      if (patch === undefined) yield* call.out(`set-last-applied ${info.name}: no changes required.\n`);
      else changes.push({ info, patch });
    });
    const printer = yield* objectPrinter(
      call,
      printerOptions(call, { operation: operationText('configured', dryRun) }),
    );
    for (const { info, patch } of changes) {
      if (dryRun !== 'client') {
        const write = { dryRun: dryRun === 'server' };
        refresh(info, yield* patchObject(yield* call.client(), info, 'merge', patch, write));
      }
      yield* call.out(printer.print(objectOf(info)));
    }
  },
});

/** Undefined when just this is remembered already. */
function* patchFor(call: Call, info: Info): Blocking<string | undefined> {
  const manifest = objectOf(info);
  try {
    yield* fetchInfo(yield* call.client(), info);
  } catch (error) {
    if (isNotFound(error)) throw error;
    throw withSource(
      `retrieving current configuration of:\n${infoText(info)}\nfrom server for:`,
      info.source,
      asError(error),
    );
  }
  const object = objectOf(info);
  if (lastApplied(object) === undefined && !call.flags.bool('create-annotation')) {
    throw new Error(
      `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`,
    );
  }
  const wished = `${goJson(manifest, 'sorted')}\n`;
  if (lastApplied(object)?.trim() === wished.trim()) return undefined;
  const after = withAnnotation(object, LAST_APPLIED, wished);
  return goJson(createMergePatch(object, after), 'sorted');
}

const INTRO = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

export const editLastApplied = command<EditSession>({
  path: 'apply edit-last-applied',
  long: `
Edit what apply remembers of objects, in the editor of KUBE_EDITOR, of EDITOR, or vi.

What is saved only changes the annotation. The text is YAML, or JSON with "-o json".`,
  examples: `
# Of a deployment
kubectl apply edit-last-applied deployment/web`,
  *complete(call) {
    const output = editFormat(call);
    const fieldValidation = fieldValidationOf(call);
    const { namespace, explicit } = yield* call.namespace();
    const selected = yield* call.select({
      namespace,
      enforceNamespace: explicit,
      files: fileOptions(call),
      args: call.args,
      allOfType: true,
      latest: true,
      flatten: true,
      continueOnError: true,
    });
    const infos = (yield* selected.infos()).flatMap(rememberedOf);
    return {
      infos,
      output,
      fieldValidation,
      namespace,
      intro: INTRO,
      saveConfig: false,
      save: (edited, original) => saveAnnotation(call, edited, original),
    };
  },
  *run(session, call) {
    if (session.infos.length === 0) {
      throw new Error(
        'no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`',
      );
    }
    yield* runEditSession(call, session);
  },
});

/** The manifest that an object's annotation holds, in the object's place. */
function rememberedOf(info: Info): readonly Info[] {
  const text = lastApplied(objectOf(info));
  const object = text === undefined ? undefined : parseJson(text);
  return isObject(object) ? [{ ...info, object }] : [];
}

function* saveAnnotation(call: Call, edited: Info, original: Info | undefined): Blocking<string> {
  if (isSame(edited, original)) return 'skipped';
  const object: JsonObject = withLastApplied(objectOf(edited), undefined);
  const text = `${goJson(objectOf(edited), 'sorted')}\n`;
  const patch = goJson(
    createMergePatch(objectOf(edited), withAnnotation(objectOf(edited), LAST_APPLIED, text)),
    'sorted',
  );
  const write = writeOptions(call, 'none', fieldValidationOf(call));
  yield* patchObject(yield* call.client(), { ...edited, object, mapping: mappingOf(edited) }, 'merge', patch, write);
  return 'edited';
}
