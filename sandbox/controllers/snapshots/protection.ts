// What holds snapshots and their contents until they may go, and how it is told that they are on their way.

const PREFIX = 'snapshot.storage.kubernetes.io';

export const SNAPSHOT_AS_SOURCE = `${PREFIX}/volumesnapshot-as-source-protection`;
export const SNAPSHOT_BOUND = `${PREFIX}/volumesnapshot-bound-protection`;
export const CONTENT_BOUND = `${PREFIX}/volumesnapshotcontent-bound-protection`;
/** An annotation of a content whose snapshot is being deleted. */
export const BEING_DELETED = `${PREFIX}/volumesnapshot-being-deleted`;
