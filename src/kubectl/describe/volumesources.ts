// What each source of a volume is, and which of its fields are shown.

/** How a field is shown: as Go shows its type, or with a text for nothing. */
export type Form =
  | 'text'
  | 'bool'
  | 'number'
  | 'list'
  | 'commas'
  | 'map'
  | 'none'
  | 'unset'
  | 'localRef'
  | 'secretRef'
  | 'size';

interface Row {
  readonly label: string;
  /** A dot leads into an object. */
  readonly field: string;
  readonly form: Form;
}

export interface SourceText {
  readonly title: string;
  readonly rows: readonly Row[];
}

function source(title: string, ...rows: readonly (readonly [label: string, field: string, form?: Form])[]): SourceText {
  return { title, rows: rows.map(([label, field, form = 'text']) => ({ label, field, form })) };
}

const ISCSI_TITLE =
  "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)";
const FLEX_TITLE = 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)';

const iscsi = (ref: Form): SourceText =>
  source(
    ISCSI_TITLE,
    ['TargetPortal:', 'targetPortal'],
    ['IQN:', 'iqn'],
    ['Lun:', 'lun', 'number'],
    ['ISCSIInterface', 'iscsiInterface'],
    ['FSType:', 'fsType'],
    ['ReadOnly:', 'readOnly', 'bool'],
    ['Portals:', 'portals', 'list'],
    ['DiscoveryCHAPAuth:', 'chapAuthDiscovery', 'bool'],
    ['SessionCHAPAuth:', 'chapAuthSession', 'bool'],
    ['SecretRef:', 'secretRef', ref],
    ['InitiatorName:', 'initiatorName', 'none'],
  );

const rbd = (ref: Form): SourceText =>
  source(
    "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    ['CephMonitors:', 'monitors', 'list'],
    ['RBDImage:', 'image'],
    ['FSType:', 'fsType'],
    ['RBDPool:', 'pool'],
    ['RadosUser:', 'user'],
    ['Keyring:', 'keyring'],
    ['SecretRef:', 'secretRef', ref],
    ['ReadOnly:', 'readOnly', 'bool'],
  );

const cinder = (ref: Form): SourceText =>
  source(
    'Cinder (a Persistent Disk resource in OpenStack)',
    ['VolumeID:', 'volumeID'],
    ['FSType:', 'fsType'],
    ['ReadOnly:', 'readOnly', 'bool'],
    ['SecretRef:', 'secretRef', ref],
  );

const cephfs = (ref: Form): SourceText =>
  source(
    "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    ['Monitors:', 'monitors', 'list'],
    ['Path:', 'path'],
    ['User:', 'user'],
    ['SecretFile:', 'secretFile'],
    ['SecretRef:', 'secretRef', ref],
    ['ReadOnly:', 'readOnly', 'bool'],
  );

const flexVolume = (ref: Form): SourceText =>
  source(
    FLEX_TITLE,
    ['Driver:', 'driver'],
    ['FSType:', 'fsType'],
    ['SecretRef:', 'secretRef', ref],
    ['ReadOnly:', 'readOnly', 'bool'],
    ['Options:', 'options', 'map'],
  );

/** In the order in which sources are looked for. */
export const SOURCES: Readonly<Record<string, SourceText>> = {
  hostPath: source('HostPath (bare host directory volume)', ['Path:', 'path'], ['HostPathType:', 'type', 'none']),
  emptyDir: source(
    "EmptyDir (a temporary directory that shares a pod's lifetime)",
    ['Medium:', 'medium'],
    ['SizeLimit:', 'sizeLimit', 'size'],
  ),
  gcePersistentDisk: source(
    'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    ['PDName:', 'pdName'],
    ['FSType:', 'fsType'],
    ['Partition:', 'partition', 'number'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  awsElasticBlockStore: source(
    'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    ['VolumeID:', 'volumeID'],
    ['FSType:', 'fsType'],
    ['Partition:', 'partition', 'number'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  gitRepo: source(
    'GitRepo (a volume that is pulled from git when the pod is created)',
    ['Repository:', 'repository'],
    ['Revision:', 'revision'],
  ),
  secret: source(
    'Secret (a volume populated by a Secret)',
    ['SecretName:', 'secretName'],
    ['Optional:', 'optional', 'bool'],
  ),
  configMap: source(
    'ConfigMap (a volume populated by a ConfigMap)',
    ['Name:', 'name'],
    ['Optional:', 'optional', 'bool'],
  ),
  nfs: source(
    'NFS (an NFS mount that lasts the lifetime of a pod)',
    ['Server:', 'server'],
    ['Path:', 'path'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  iscsi: iscsi('localRef'),
  glusterfs: source(
    "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    ['EndpointsName:', 'endpoints'],
    ['Path:', 'path'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  persistentVolumeClaim: source(
    'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    ['ClaimName:', 'claimName'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  ephemeral: source(
    'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
  ),
  rbd: rbd('localRef'),
  quobyte: source(
    "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    ['Registry:', 'registry'],
    ['Volume:', 'volume'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  downwardAPI: source('DownwardAPI (a volume populated by information about the pod)'),
  azureDisk: source(
    'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    ['DiskName:', 'diskName'],
    ['DiskURI:', 'diskURI'],
    ['Kind: ', 'kind'],
    ['FSType:', 'fsType'],
    ['CachingMode:', 'cachingMode'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  vsphereVolume: source(
    'vSphereVolume (a Persistent Disk resource in vSphere)',
    ['VolumePath:', 'volumePath'],
    ['FSType:', 'fsType'],
    ['StoragePolicyName:', 'storagePolicyName'],
  ),
  cinder: cinder('localRef'),
  photonPersistentDisk: source(
    'PhotonPersistentDisk (a Persistent Disk resource in photon platform)',
    ['PdID:', 'pdID'],
    ['FSType:', 'fsType'],
  ),
  portworxVolume: source('PortworxVolume (a Portworx Volume resource)', ['VolumeID:', 'volumeID']),
  scaleIO: source(
    'ScaleIO (a persistent volume backed by a block device in ScaleIO)',
    ['Gateway:', 'gateway'],
    ['System:', 'system'],
    ['Protection Domain:', 'protectionDomain'],
    ['Storage Pool:', 'storagePool'],
    ['Storage Mode:', 'storageMode'],
    ['VolumeName:', 'volumeName'],
    ['FSType:', 'fsType'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  cephfs: cephfs('localRef'),
  storageos: source(
    'StorageOS (a StorageOS Persistent Disk resource)',
    ['VolumeName:', 'volumeName'],
    ['VolumeNamespace:', 'volumeNamespace'],
    ['FSType:', 'fsType'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  fc: source(
    'FC (a Fibre Channel disk)',
    ['TargetWWNs:', 'targetWWNs', 'commas'],
    ['LUN:', 'lun', 'none'],
    ['FSType:', 'fsType'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  azureFile: source(
    'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    ['SecretName:', 'secretName'],
    ['ShareName:', 'shareName'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  flexVolume: flexVolume('localRef'),
  flocker: source(
    'Flocker (a Flocker volume mounted by the Flocker agent)',
    ['DatasetName:', 'datasetName'],
    ['DatasetUUID:', 'datasetUUID'],
  ),
  projected: source('Projected (a volume that contains injected data from multiple sources)'),
  csi: source(
    'CSI (a Container Storage Interface (CSI) volume source)',
    ['Driver:', 'driver'],
    ['FSType:', 'fsType'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  image: source(
    'Image (a container image or OCI artifact)',
    ['Reference:', 'reference'],
    ['PullPolicy:', 'pullPolicy'],
  ),
};

/** Sources of persistent volumes that are shown otherwise, and those that only they have. */
export const PERSISTENT_SOURCES: Readonly<Record<string, SourceText>> = {
  ...SOURCES,
  iscsi: iscsi('secretRef'),
  glusterfs: source(
    "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    ['EndpointsName:', 'endpoints'],
    ['EndpointsNamespace:', 'endpointsNamespace', 'unset'],
    ['Path:', 'path'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  rbd: rbd('secretRef'),
  cinder: cinder('secretRef'),
  scaleIO: source(
    'ScaleIO (a persistent volume backed by a block device in ScaleIO)',
    ['Gateway:', 'gateway'],
    ['System:', 'system'],
    ['Protection Domain:', 'protectionDomain'],
    ['Storage Pool:', 'storagePool'],
    ['Storage Mode:', 'storageMode'],
    ['VolumeName:', 'volumeName'],
    ['SecretName:', 'secretRef.name'],
    ['SecretNamespace:', 'secretRef.namespace'],
    ['FSType:', 'fsType'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  local: source('LocalVolume (a persistent volume backed by local storage on a node)', ['Path:', 'path']),
  cephfs: cephfs('secretRef'),
  azureFile: source(
    'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    ['SecretName:', 'secretName'],
    ['SecretNamespace:', 'secretNamespace'],
    ['ShareName:', 'shareName'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
  flexVolume: flexVolume('secretRef'),
  csi: source(
    'CSI (a Container Storage Interface (CSI) volume source)',
    ['Driver:', 'driver'],
    ['FSType:', 'fsType'],
    ['VolumeHandle:', 'volumeHandle'],
    ['ReadOnly:', 'readOnly', 'bool'],
  ),
};
