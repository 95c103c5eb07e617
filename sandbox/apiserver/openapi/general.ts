// OpenAPI documents of what isn't a resource: the lists of groups and versions, and the server's word about itself.

import { capital } from '../../kube/go/text.ts';
import { type Operation, type Path, readable, tagOf } from './operations.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const JSON_ALONE = ['application/json'];

const FIXED: ReadonlyMap<string, Operation> = new Map([
  [
    '.well-known/openid-configuration',
    readable({
      tag: 'WellKnown',
      description: "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
      id: 'getServiceAccountIssuerOpenIDConfiguration',
      consumes: [],
      produces: JSON_ALONE,
      answers: {},
    }),
  ],
  ['api', listing('core', 'get available API versions', 'getCoreAPIVersions', 'APIVersions')],
  ['apis', listing('apis', 'get available API versions', 'getAPIVersions', 'APIGroupList')],
  [
    'openid/v1/jwks',
    readable({
      tag: 'openid',
      description: 'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)',
      id: 'getServiceAccountIssuerOpenIDKeyset',
      consumes: [],
      produces: ['application/jwk-set+json'],
      answers: {},
    }),
  ],
  [
    'version',
    readable({
      tag: 'version',
      description: 'get the version information for this server',
      id: 'getCodeVersion',
      consumes: JSON_ALONE,
      produces: JSON_ALONE,
      answers: { definition: 'io.k8s.apimachinery.pkg.version.Info' },
    }),
  ],
]);

function listing(tag: string, description: string, id: string, kind: string): Operation {
  return readable({ tag, description, id, answers: { definition: `${META}.${kind}` } });
}

/** The paths of such documents, with those of the groups. */
export function generalPaths(groups: ReadonlySet<string>): readonly string[] {
  return [...FIXED.keys(), ...[...groups].filter((group) => group !== '').map((group) => `apis/${group}`)];
}

/** What can be read at the path of such a document; undefined for others. */
export function generalPath(path: string, groups: ReadonlySet<string>): Path | undefined {
  const group = path.startsWith('apis/') ? path.slice('apis/'.length) : '';
  const found = groups.has(group) && group !== '' ? groupListing(group) : FIXED.get(path);
  return found === undefined ? undefined : [`/${path}/`, [found]];
}

function groupListing(group: string): Operation {
  const tag = tagOf(group);
  return listing(tag, 'get information of a group', `get${capital(tag)}APIGroup`, 'APIGroup');
}
