// What a kind's file says: everything about one kind that is not the same for all. The pipeline knows no kind by name.

import type { FieldError } from '../kube/fielderrors.ts';
import type { JsonValue } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { Caller, Operation } from '../kube/operation.ts';
import type { ResourceType } from '../kube/resource.ts';
import type { ReplicasPaths } from '../kube/scalefields.ts';
import type { Draws } from '../time/chance.ts';
import type { Work } from '../time/loop.ts';
import type { DurationMs, TimeMs } from '../time/units.ts';
import type { AccessAttributes, Decision } from './auth/authorizer.ts';
import type { Tokens } from './auth/tokens.ts';

/** What a kind's rules may look at beside the object itself. Reading is free of authorization: the server itself asks. */
export interface KindContext {
  now(): TimeMs;
  /** How long the cluster runs: chance is drawn by it. */
  age(): DurationMs;
  readonly caller: Caller;
  readonly dryRun: boolean;
  /** Of an act: where the object is that it is about. */
  readonly namespace?: string;
  /** The version in which the request speaks: `events.k8s.io/v1`. Some rules are newer than others. */
  readonly apiVersion?: string;
  /** How many writes there have been: it tells requests of one moment apart. */
  revision(): number;
  /** A stream of chance for one purpose. */
  draws(...purpose: readonly string[]): Draws;
  /** Another object, in its storage version. */
  get<T extends KubeObject>(type: ResourceType<T>, namespace: string | undefined, name: string): T | undefined;
  list<T extends KubeObject>(type: ResourceType<T>, namespace: string | undefined): readonly T[];
  /** Whether somebody may do something, and who says so. */
  decide(attributes: AccessAttributes): Decision;
  /** Signs tokens of service accounts, and knows them again. */
  readonly tokens: Tokens;
  /** Adds a Warning header to the answer. */
  warn(text: string): void;
}

/** What happens to a kind's objects on their way into the store. All functions are pure: they answer new objects. */
export interface Strategy<T extends KubeObject> {
  /** What Kubernetes fills in when a version is decoded (Go's SetDefaults functions). `known`: an earlier state that has it all. */
  defaults?(object: T, known?: T): T;
  /** Normalises what is about to be created: status dropped, generation set, names allocated. */
  prepareCreate?(object: T, context: KindContext): T;
  /** Normalises what is about to replace `current`: status kept, generation raised when the spec differs. */
  prepareUpdate?(next: T, current: T, context: KindContext): T;
  /** All that is wrong with it, metadata included, in the order in which the real server reports it. */
  validate?(object: T, context: KindContext): Iterable<FieldError>;
  /**
   * What is wrong with the change, after what the pipeline itself finds in the metadata of every object. It repeats
   * what `validate` or the metadata's rules say where the real server repeats it: causes are counted.
   */
  validateUpdate?(next: T, current: T, context: KindContext): Iterable<FieldError>;
  warnings?(object: T, current: T | undefined, context: KindContext): Iterable<string>;
  /** PUT to a name that isn't there creates it. */
  readonly createsOnUpdate?: boolean;
  /** PUT without resourceVersion replaces whatever is there. True unless given. */
  readonly unconditionalUpdate?: boolean;
  /** Paths (as in fieldsV1, joined by dots: `status`) that this endpoint ignores; nobody comes to own them through it. */
  readonly resetFields?: readonly string[];
}

/** How a deletion begins: at once, or with a time in which the object is on its way out. */
export type DeletionGrace<T extends KubeObject> = (
  object: T,
  asked: number | undefined,
  context: KindContext,
) => { readonly graceSeconds: number } | 'now';

/** A way into an object beside itself: `status`, `scale`, `binding`. Which verbs it has stands in the schema data. */
export type Subresource<T extends KubeObject> =
  /** The same object, with rules of its own for what may change: `status`, `resize`, `approval`. */
  | { readonly type: 'part'; readonly strategy: Strategy<T> }
  /** Another kind, computed from the object and written back into it: `scale`. */
  | {
      readonly type: 'view';
      readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
      read(object: T, context: KindContext): KubeObject;
      write(view: KubeObject, object: T, context: KindContext): T;
      validate?(view: KubeObject, object: T): Iterable<FieldError>;
      /** Throws a StatusError where the view, though it can be written, can't be shown. */
      checkShown?(view: KubeObject): void;
      /** Where the replicas stand in each version of the object: they belong to whoever sets them by the view. */
      readonly replicasPaths: ReplicasPaths;
      /** Of its table, which has one row. */
      readonly columns: readonly Column<KubeObject>[];
    }
  /** An act that is posted: `binding`, `eviction`, `token`. It may call the server again, as the server itself. */
  | {
      readonly type: 'act';
      readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
      /** Other versions in which it may be posted: they differ in nothing. */
      readonly alike?: readonly string[];
      /** What is posted, as it is noted who set what of it: for acts whose answer shows that. */
      noted?(body: KubeObject): KubeObject;
      act(
        body: KubeObject,
        name: string,
        context: KindContext,
        server: Inner<T>,
      ): Work<{ readonly code: number; readonly object: KubeObject }>;
    }
  /** Streams that end at the node: `log`, `exec`, `attach`, `portforward`, `proxy`. The HTTP door carries them. */
  | { readonly type: 'connect' };

/** What an act may do: as the server itself, beyond authorization, but through admission and rules like anybody. */
export interface Inner<T extends KubeObject> {
  /** Reads, changes and writes an object with retries on conflict. NotFound is thrown. */
  modify(namespace: string | undefined, name: string, change: (object: T) => T): Work<T>;
  /** Writes what no request may change: only `change` knows rules. It is asked again when somebody else wrote meanwhile. */
  rewrite(namespace: string | undefined, name: string, change: (object: T) => T): T;
  /** `as server`: in the server's own name, whoever asked. */
  call(operation: Operation, as?: 'as server'): Work<KubeObject>;
}

/** A column of the table that the server prints. Cells of priority 1 are shown by `-o wide` only. */
export interface Column<T extends KubeObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly priority?: number;
  /** Rows have the cell, but the table doesn't say so: addresses print an age without a column. */
  readonly undeclared?: true;
  /** Given where it isn't looked up: for columns of custom resources. */
  readonly description?: string;
  cell(object: T, now: TimeMs): JsonValue;
}

/** metav1.TableRowCondition. */
interface RowCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** A version that is served beside the one that is stored. */
export interface ServedVersion<T extends KubeObject> {
  readonly version: string;
  /** Of another group, for kinds that live in two (events). */
  readonly group?: string;
  fromStored(object: T): KubeObject;
  toStored(object: KubeObject): T;
  defaults?(object: KubeObject): KubeObject;
  /** Selectable fields as this version calls them, with their names in the stored version; the same names unless given. */
  readonly fieldLabels?: ReadonlyMap<string, string>;
}

/** One kind. Its resource names, verbs and schema come from the schema data; the rest stands in its file. */
export interface Kind<T extends KubeObject = KubeObject> {
  /** The collection in the version that is stored. */
  readonly type: ResourceType<T>;
  readonly strategy: Strategy<T>;
  readonly subresources?: Readonly<Record<string, Subresource<T>>>;
  readonly columns?: readonly Column<T>[];
  /** Annotations that stand for fields of the stored form: objects have them in their own form, metadata alone doesn't. */
  readonly fieldAnnotations?: readonly string[];
  /** Tables of many have their rows in this order; in that of their names unless given. */
  readonly rowOrder?: (a: T, b: T) => number;
  /** What a row of the table says of its object as a whole: a pod or job that has completed. */
  readonly rowConditions?: (object: T) => readonly RowCondition[];
  /** Fields beyond metadata.name and metadata.namespace that field selectors know. */
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>;
  /** What is said of a field that they don't know, in words of its own. */
  readonly unknownField?: (field: string) => string;
  /** Nothing depends on its objects: how dependents are to be treated isn't heard. */
  readonly hasNoDependents?: true;
  readonly served?: readonly ServedVersion<T>[];
  readonly deletionGrace?: DeletionGrace<T>;
  /** What holds an object back beside finalizers and grace: a namespace goes when its content has gone. */
  readonly departure?: {
    isHeld(object: T): boolean;
    /** The object as its deletion begins, already marked with the time. */
    begin(object: T): T;
  };
  /** Deletion orphans dependents unless asked otherwise; `warning` is what it then says. */
  readonly orphansByDefault?: { readonly warning?: string };
  /** It isn't stored: what is posted is answered (`SubjectAccessReview`, `TokenReview`). */
  readonly review?: (object: T, context: KindContext) => Work<T>;
  /** It isn't stored: what is posted is an act on another object, of the same name. */
  readonly standsFor?: { readonly type: ResourceType; readonly subresource: string };
  /** It isn't stored: its objects are made up whenever they are asked for (`PodMetrics`). */
  readonly computed?: {
    list(namespace: string | undefined, context: KindContext): readonly T[];
    /** Throws NotFound. */
    get(namespace: string | undefined, name: string, context: KindContext): T;
  };
  /** It isn't stored, and its names are no names of objects: it answers what it is asked by itself. Reading is all there is. */
  readonly answers?: (operation: Operation, context: KindContext) => KubeObject;
  /** A deletion that is over answers the object's last state, not a Status. */
  readonly answersDeleted?: boolean;
  /** Objects that the server itself keeps beside this one: made, and removed again, with it (a service's IPAddresses). */
  readonly companions?: (object: T) => readonly KubeObject[];
  /** Objects of its namespace that go when it goes. */
  readonly takesAlong?: (
    object: T,
  ) => readonly { readonly group: string; readonly resource: string; readonly name: string }[];
}

/** Loses the type of its objects: the registry holds kinds of all types, and hands each its own objects only. */
export function defineKind<T extends KubeObject>(kind: Kind<T>): Kind {
  return kind as unknown as Kind;
}

/** How long a watch of this server lives at least, when its client names no timeout. */
export const MIN_WATCH_MS: DurationMs = 1_800_000 as DurationMs;
