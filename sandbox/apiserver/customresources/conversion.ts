// Conversion of custom resources, by their version's name alone or by a webhook: an object in the version that is stored becomes one in the version that is
// asked for, and back. Only labels and annotations of its metadata may change on the way.

import { goJson } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { apiVersion, type ResourceType } from '../../kube/resource.ts';
import { failure } from '../../kube/status.ts';
import { DecodingError } from '../../schema/errors.ts';
import { parseJson } from '../../schema/json/parse.ts';
import { uuid } from '../../time/chance.ts';
import type { Work } from '../../time/loop.ts';
import type { KindContext } from '../kind.ts';
import { type CallDeps, type ClientConfig, post } from '../outgoing/clients.ts';

export type Conversion = WebhookConversion | NoConversion;

/** Objects are the same in all versions, but for the version's name. */
interface NoConversion {
  readonly strategy: 'None';
  readonly stored: string;
}

interface WebhookConversion {
  readonly strategy: 'Webhook';
  readonly client: ClientConfig;
  /** Versions of ConversionReview that it understands. */
  readonly reviewVersions: readonly string[];
  /** `example.com/v1`: the version in which objects are stored. */
  readonly stored: string;
}

const TIMEOUT_SECONDS = 30;
const REVIEWS = ['v1', 'v1beta1'];

export type Convert = (object: KubeObject, wanted: string) => Work<KubeObject>;

/** Converts to a version (`example.com/v1`); what is of that version already stays as it is. Throws a 500 of no reason. */
export function converter(conversion: Conversion, context: KindContext, deps: CallDeps): Convert {
  return conversion.strategy === 'None' ? rename : byWebhook(conversion, context, deps);
}

function* rename(object: KubeObject, wanted: string): Work<KubeObject> {
  return object.apiVersion === wanted ? object : { ...object, apiVersion: wanted };
}

function byWebhook(conversion: WebhookConversion, context: KindContext, deps: CallDeps): Convert {
  let asked = 0;
  return function* convert(object, wanted) {
    if (object.apiVersion === wanted) return object;
    const uid = uuid(context.draws('conversion review', wanted, String(context.age())), context.revision() + asked++);
    const version = conversion.reviewVersions.find((each) => REVIEWS.includes(each)) ?? 'v1';
    const body = reviewText(version, uid, wanted, withoutVersion(object));
    const answer = yield* post(deps, context, conversion.client, { body, timeoutSeconds: TIMEOUT_SECONDS });
    if ('problem' in answer) throw failed(object, 'failed: ', answer.problem);
    return restored(object, convertedIn(answer.body, object, { uid, version }), wanted);
  };
}

function failed({ apiVersion: version = '', kind = '' }: KubeObject, how: string, why: string): Error {
  return failure(500, '', `conversion webhook for ${version}, Kind=${kind} ${how}${why}`);
}

/** As it lies in the storage: the revision isn't part of it. */
function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

function reviewText(version: string, uid: string, wanted: string, object: KubeObject): string {
  const head = `"kind":"ConversionReview","apiVersion":"apiextensions.k8s.io/${version}"`;
  const objects = `[${goJson(object as JsonObject, 'sorted')}]`;
  const request = `{"uid":"${uid}","desiredAPIVersion":${goJson(wanted)},"objects":${objects}}`;
  return `{${head},"request":${request},"response":{"uid":"","convertedObjects":null,"result":{"metadata":{}}}}\n`;
}

function convertedIn(
  text: string,
  object: KubeObject,
  { uid, version }: { readonly uid: string; readonly version: string },
): JsonValue {
  const review = parsed(text, object);
  const response = own(review, 'response');
  if (!isObject(response)) throw failed(object, 'failed: ', 'no response provided');
  const given = own(response, 'uid') ?? '';
  if (version === 'v1' && given !== uid) {
    throw failed(object, 'failed: ', `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(given)}`);
  }
  const result = own(response, 'result');
  const { status = '', message = '' } = isObject(result) ? result : {};
  if (status !== 'Success') {
    const why = message === '' ? `response.result.status was '${String(status)}', not 'Success'` : String(message);
    throw failed(object, 'failed: ', why);
  }
  const objects = own(response, 'convertedObjects');
  const count = isArray(objects) ? objects.length : 0;
  if (count !== 1) throw failed(object, '', `returned ${count} objects, expected 1`);
  return isArray(objects) ? (objects[0] ?? null) : null;
}

function parsed(text: string, object: KubeObject): JsonObject {
  try {
    const { value } = parseJson(text);
    return isObject(value) ? value : {};
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    throw failed(object, 'failed: ', `couldn't get version/kind; json parse error: ${error.message}`);
  }
}

const IDENTITY = [
  ['name', 'name'],
  ['namespace', 'namespace'],
  ['uid', 'UID'],
] as const;

/** The converted object with the metadata that the original has. */
function restored(original: KubeObject, value: JsonValue, wanted: string): KubeObject {
  const converted = isObject(value) ? value : {};
  const { apiVersion: version = '', kind = '' } = converted;
  if (version !== wanted) {
    const why = `invalid groupVersion (expected ${wanted}, received ${String(version)})`;
    throw failed(original, 'returned invalid object at index 0: ', why);
  }
  if (kind !== original.kind) {
    const why = `invalid kind (expected ${original.kind ?? ''}, received ${String(kind)})`;
    throw failed(original, 'returned invalid object at index 0: ', why);
  }
  const metadata = own(converted, 'metadata');
  if (!isObject(metadata)) {
    throw failed(original, 'returned invalid metadata: ', 'missing metadata in converted object');
  }
  const before: JsonObject = { ...original.metadata };
  for (const [key, shown] of IDENTITY) {
    const [mine, theirs] = [before[key] ?? '', own(metadata, key) ?? ''];
    if (mine === theirs) continue;
    throw failed(
      original,
      'returned invalid object: ',
      `must have the same ${shown}: ${String(mine)} != ${String(theirs)}`,
    );
  }
  const { labels: _, annotations: __, ...kept } = before;
  const { labels, annotations } = metadata;
  return {
    ...converted,
    metadata: { ...kept, ...(isObject(labels) ? { labels } : {}), ...(isObject(annotations) ? { annotations } : {}) },
  } as KubeObject;
}

/** The version that a collection is asked for in. */
export function versionOf({ type }: { readonly type: ResourceType }): string {
  return apiVersion(type);
}
