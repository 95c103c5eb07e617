// Which resources the arguments of a command name: `pods`, `po,svc`, `pod a b`, `deploy/web pod/x`, `po,svc web`.

/** A resource and a name, as typed. */
export interface ResourceName {
  readonly resource: string;
  readonly name: string;
}

/** Either names with their types, or types with the names that go with each of them. */
export type ResourceArguments =
  | { readonly kind: 'named'; readonly tuples: readonly ResourceName[] }
  | { readonly kind: 'types'; readonly types: string; readonly names: readonly string[] }
  | { readonly kind: 'none' };

const MIXED =
  'there is no need to specify a resource type as a separate argument when passing arguments in resource/name form ' +
  "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";

/** Throws for arguments that mix both forms. */
export function readArguments(args: readonly string[]): ResourceArguments {
  const normal = multiplied(args);
  if (combined(normal)) return { kind: 'named', tuples: normal.flatMap((arg) => splitResourceName(arg) ?? []) };
  const [types, ...names] = normal;
  return types === undefined ? { kind: 'none' } : { kind: 'types', types, names };
}

/** `type/name` in its parts; undefined when it has no slash. */
export function splitResourceName(arg: string): ResourceName | undefined {
  if (!arg.includes('/')) return undefined;
  const parts = arg.split('/');
  if (parts.length !== 2) throw new Error('arguments in resource/name form may not have more than one slash');
  const [resource = '', name = ''] = parts;
  if (resource === '' || name === '' || splitTypes(resource).length !== 1) {
    throw new Error('arguments in resource/name form must have a single resource and name');
  }
  return { resource, name };
}

/** `a,b,a` → `a`, `b`. */
export function splitTypes(types: string): readonly string[] {
  return [...new Set(types.split(','))];
}

/** `a,b x y` → `a/x a/y b/x b/y`. */
function multiplied(args: readonly string[]): readonly string[] {
  const [first, ...names] = args;
  const types = first === undefined || names.length === 0 ? [] : splitTypes(first);
  return types.length < 2 ? args : types.flatMap((type) => names.map((name) => `${type}/${name}`));
}

function combined(args: readonly string[]): boolean {
  const withSlash = args.filter((arg) => arg.includes('/')).length;
  if (withSlash > 0 && withSlash !== args.length) throw new Error(MIXED);
  return withSlash > 0;
}
