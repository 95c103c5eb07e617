// kubectl api-resources and api-versions: what the server serves.

import { compareText, goJson } from '../../../sandbox/kube/go/text.ts';
import type { JsonObject } from '../../../sandbox/kube/json.ts';
import { groupResource } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { type ApiGroup, type ApiResource, DiscoveryFailedError, type Served } from '../discovery/types.ts';
import { asError, usageError } from '../errors.ts';
import { noSuchFormat } from '../printers/formats.ts';
import { kyamlText } from '../printers/kyaml.ts';
import { indentCompact } from '../text/json.ts';
import { createTabWriter, TABLE } from '../text/tabwriter.ts';
import { writeYaml } from '../text/yaml.ts';

/** A resource with the group version that it is served in. */
interface Row {
  readonly resource: ApiResource;
  readonly group: string;
  readonly version: string;
}

const FORMATS = ['json', 'yaml', 'kyaml', 'name', 'wide'];

export const apiResources = command<null>({
  path: 'api-resources',
  long: 'Show the kinds of resources that the server has.',
  examples: `
# All of them
kubectl api-resources

# With what can be done with each
kubectl api-resources -o wide

# In order of a column
kubectl api-resources --sort-by=name

# Those that lie in namespaces
kubectl api-resources --namespaced=true

# Those of one group
kubectl api-resources --api-group=rbac.authorization.k8s.io`,
  *complete({ args, flags }) {
    if (args.length > 0) throw usageError('kubectl api-resources', `unexpected arguments: [${args.join(' ')}]`);
    const output = flags.string('output');
    if (output !== '' && !FORMATS.includes(output)) throw noSuchFormat(output, FORMATS);
    return null;
  },
  validate(_, { flags }) {
    if (!['', 'name', 'kind'].includes(flags.string('sort-by'))) {
      throw new Error('--sort-by accepts only name or kind');
    }
  },
  *run(_, call) {
    const discovery = yield* call.discovery();
    if (!call.flags.bool('cached')) discovery.invalidate();
    const served = yield* discovery.served();
    const rows = preferred(served).filter((row) => isWanted(call, row));
    const sorted = rows.sort((a, b) => compareRows(a, b, call.flags.string('sort-by')));
    yield* call.out(printed(call, sorted));
    if (served.failed.size > 0) throw new DiscoveryFailedError(served.failed);
  },
});

/** What is served with these verbs, by group and name. */
export function preferredResources(served: Served, verbs: readonly string[]): readonly Row[] {
  return preferred(served)
    .filter(({ resource }) => verbs.every((verb) => resource.verbs.includes(verb)))
    .sort((a, b) => compareRows(a, b, ''));
}

/** Each resource once, in the version that its group prefers, as far as it is there. */
function preferred({ groups, resources }: Served): Row[] {
  return groups.flatMap((group) => {
    const found = new Map<string, Row>();
    for (const { groupVersion, version } of inOrder(group)) {
      const list = resources.find((each) => each.groupVersion === groupVersion)?.resources ?? [];
      for (const resource of list) {
        if (resource.name.includes('/') || found.has(resource.name)) continue;
        found.set(resource.name, { resource, group: group.name, version });
      }
    }
    return [...found.values()];
  });
}

function inOrder({ versions, preferredVersion }: ApiGroup): ApiGroup['versions'] {
  const isPreferred = ({ version }: { version: string }): boolean => version === preferredVersion.version;
  return [...versions.filter(isPreferred), ...versions.filter((version) => !isPreferred(version))];
}

function isWanted({ flags }: Call, { resource, group }: Row): boolean {
  const hasAll = (has: readonly string[] | undefined, wanted: readonly string[]): boolean =>
    wanted.every((each) => has?.includes(each));
  return (
    resource.verbs.length > 0 &&
    (!flags.changed('api-group') || flags.string('api-group') === group) &&
    (!flags.changed('namespaced') || flags.bool('namespaced') === resource.namespaced) &&
    hasAll(resource.verbs, flags.strings('verbs')) &&
    hasAll(resource.categories, flags.strings('categories'))
  );
}

function compareRows(a: Row, b: Row, sortBy: string): number {
  const key = ({ resource, group }: Row): string =>
    sortBy === 'name' ? resource.name : sortBy === 'kind' ? resource.kind : group;
  return compareText(key(a), key(b)) || compareText(a.resource.name, b.resource.name);
}

function printed(call: Call, rows: readonly Row[]): string {
  const output = call.flags.string('output');
  switch (output) {
    case 'json':
      return `${indentCompact(goJson(listOf(rows)))}\n`;
    case 'yaml':
      return writeYaml(listOf(rows));
    case 'kyaml':
      return kyamlText(listOf(rows), Object.keys);
    case 'name':
      return rows.map(({ resource, group }) => `${groupResource({ group, resource: resource.name })}\n`).join('');
    default:
      return table(rows, output === 'wide', call.flags.bool('no-headers'));
  }
}

function table(rows: readonly Row[], wide: boolean, noHeaders: boolean): string {
  const writer = createTabWriter(TABLE);
  const headers = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])];
  if (!noHeaders) writer.write(`${headers.join('\t')}\n`);
  for (const { resource, group, version } of rows) {
    const { name, shortNames = [], namespaced, kind, verbs, categories = [] } = resource;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const more = wide ? [verbs.join(','), categories.join(',')] : [];
    writer.write(`${[name, shortNames.join(','), apiVersion, namespaced, kind, ...more].join('\t')}\n`);
  }
  return writer.flush();
}

function listOf(rows: readonly Row[]): JsonObject {
  const resources = rows.map(({ resource, group, version }): JsonObject => {
    const { name, singularName, namespaced, kind, verbs, shortNames, categories } = resource;
    return {
      name,
      singularName,
      namespaced,
      ...(group === '' ? {} : { group }),
      version,
      kind,
      verbs: [...verbs],
      ...(shortNames === undefined || shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
      ...(categories === undefined || categories.length === 0 ? {} : { categories: [...categories] }),
    };
  });
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: '',
    resources: rows.length === 0 ? null : resources,
  };
}

export const apiVersions = command<null>({
  path: 'api-versions',
  long: 'Show the versions of the API that the server has, as GROUP/VERSION.',
  examples: `
# All of them
kubectl api-versions`,
  *complete({ args }) {
    if (args.length > 0) throw usageError('kubectl api-versions', `unexpected arguments: [${args.join(' ')}]`);
    return null;
  },
  *run(_, call) {
    const groups = yield* groupsAnew(call);
    const versions = groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion));
    yield* call.out(
      versions
        .sort(compareText)
        .map((version) => `${version}\n`)
        .join(''),
    );
  },
});

function* groupsAnew(call: Call): Blocking<readonly ApiGroup[]> {
  const discovery = yield* call.discovery();
  discovery.invalidate();
  try {
    return yield* discovery.groups();
  } catch (error) {
    throw new Error(`couldn't get available api versions from server: ${asError(error).message}`);
  }
}
