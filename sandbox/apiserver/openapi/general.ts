// OpenAPI documents of what isn't a resource: the lists of groups and versions, and the server's word about itself.

import type { JsonObject } from '../../kube/json.ts';
import { capital } from '../../kube/text.ts';
import { type Documentation, UNDOCUMENTED } from '../../schema/documentation.ts';
import { definition } from '../../schema/schema.ts';
import { definitionsOf, dialectOf, VERSION_3 } from './definitions.ts';
import { readable, tagOf } from './operations.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const ALL_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** One path that can be read. */
interface Readable {
  readonly tag: string;
  readonly description: string;
  readonly operation: string;
  readonly mediaTypes: readonly string[];
  /** The full name of what is answered; text unless given. */
  readonly answers?: string;
}

const FIXED: ReadonlyMap<string, Readable> = new Map([
  [
    '.well-known/openid-configuration',
    {
      tag: 'WellKnown',
      description: "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
      operation: 'getServiceAccountIssuerOpenIDConfiguration',
      mediaTypes: ['application/json'],
    },
  ],
  ['api', listing('core', 'get available API versions', 'getCoreAPIVersions', 'APIVersions')],
  ['apis', listing('apis', 'get available API versions', 'getAPIVersions', 'APIGroupList')],
  [
    'openid/v1/jwks',
    {
      tag: 'openid',
      description: 'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)',
      operation: 'getServiceAccountIssuerOpenIDKeyset',
      mediaTypes: ['application/jwk-set+json'],
    },
  ],
  [
    'version',
    {
      tag: 'version',
      description: 'get the version information for this server',
      operation: 'getCodeVersion',
      mediaTypes: ['application/json'],
      answers: 'io.k8s.apimachinery.pkg.version.Info',
    },
  ],
]);

function listing(tag: string, description: string, operation: string, kind: string): Readable {
  return { tag, description, operation, mediaTypes: ALL_TYPES, answers: `${META}.${kind}` };
}

/** The paths of such documents, with those of the groups. */
export function generalPaths(groups: ReadonlySet<string>): readonly string[] {
  return [...FIXED.keys(), ...[...groups].filter((group) => group !== '').map((group) => `apis/${group}`)];
}

/** What stands in the document of such a path; undefined for others. */
export function generalDocument(
  path: string,
  groups: ReadonlySet<string>,
  docs: Documentation = UNDOCUMENTED,
): JsonObject | undefined {
  const group = path.startsWith('apis/') ? path.slice('apis/'.length) : '';
  const found = groups.has(group) && group !== '' ? groupListing(group) : FIXED.get(path);
  if (found === undefined) return undefined;
  const { tag, description, operation, mediaTypes, answers } = found;
  const schema = answers === undefined ? { type: 'string' } : VERSION_3.reference(answers, true);
  const type = answers === undefined ? undefined : definition(answers);
  const own = dialectOf('', 'v1');
  const schemas = type === undefined ? {} : { schemas: Object.fromEntries(definitionsOf([type], own, docs)) };
  const get = readable({ tag, description, operation, schema, mediaTypes });
  return {
    paths: { [`/${path}/`]: { get } },
    ...schemas,
  };
}

function groupListing(group: string): Readable {
  const tag = tagOf(group);
  return listing(tag, 'get information of a group', `get${capital(tag)}APIGroup`, 'APIGroup');
}
