// Which Kubernetes this is: the server, its nodes and our kubectl are of one release.

export const RELEASE = 'v1.36.3';
