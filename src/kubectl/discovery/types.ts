// What a server says that it serves.

export interface ApiResource {
  /** The plural; subresources are `deployments/scale`. */
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  /** Of the kind, where they aren't those of the list. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface ApiResourceList {
  readonly groupVersion: string;
  readonly resources: readonly ApiResource[];
}

export interface GroupVersion {
  readonly groupVersion: string;
  readonly version: string;
}

export interface ApiGroup {
  readonly name: string;
  readonly versions: readonly GroupVersion[];
  readonly preferredVersion: GroupVersion;
}

/** Groups with their resources. `failed`: group versions that can't be told about now, with the reason. */
export interface Served {
  readonly groups: readonly ApiGroup[];
  readonly resources: readonly ApiResourceList[];
  readonly failed: ReadonlyMap<string, Error>;
}

/** Some group versions could not be asked about. */
export class DiscoveryFailedError extends Error {
  constructor(failed: ReadonlyMap<string, Error>) {
    const groups = [...failed].map(([groupVersion, error]) => `${groupVersion}: ${error.message}`).sort();
    super(`unable to retrieve the complete list of server APIs: ${groups.join(', ')}`);
    this.name = 'DiscoveryFailedError';
  }
}
