// What completion looks at: the learner's machine and cluster as they are, from outside. Looking changes nothing.

export interface KnownKind {
  /** `deployments` */
  readonly plural: string;
  readonly singular: string;
  readonly shorts: readonly string[];
  readonly group: string;
  readonly namespaced: boolean;
}

export interface FolderEntry {
  readonly name: string;
  readonly folder: boolean;
}

export interface World {
  /** Names of programs on the PATH and of the shell's own commands. */
  commands(): readonly string[];
  /** Aliases of the shell, by name. */
  aliases(): ReadonlyMap<string, string>;
  kinds(): readonly KnownKind[];
  /** Names of objects; of all namespaces when none is given. */
  names(plural: string, namespace: string | undefined): readonly string[];
  containers(pod: string, namespace: string): readonly string[];
  /** What is in a folder; empty when it isn't there. The path is absolute. */
  folder(path: string): readonly FolderEntry[];
  readonly cwd: string;
  readonly home: string;
  contexts(): readonly string[];
  /** The namespace of the current context. */
  namespace(): string;
}
