/** spec.workload: what runs, with what, as whom and where. */
import { array, flag, integer, keyword, list, map, object, oneOf, only, subtree, text, value, vocabulary } from './shape.ts';
import { absolutePath, cron, dataKey, dnsLabel, image, objectRef, percentOrCount, quantity } from './scalars.ts';
import { capabilities, preStop, probes, tolerations } from './pod-shapes.ts';
import { podAffinity } from './placement-shapes.ts';
import { configMapVolume, projectedVolume, secretVolume } from './volume-shapes.ts';
import { imagePullPolicy, init, ports, privilege, processFields, resourceFields, resourcesOrExact, sidecars, uid } from './container.ts';

const files = list(array('Files put into the container.', object('One file, or with configMap or secret and no key a directory of all its keys.', {
  path: value(absolutePath('Where it appears.')),
  content: value(text('Text of the file.', { maxLength: 1048576, 'x-rule': 'intent-too-large', 'x-fix': 'A ConfigMap holds at most 1 MiB: put the content in the image or a volume.' })),
  configMap: value(objectRef('Existing ConfigMap.')),
  secret: value(objectRef('Existing Secret.')),
  key: value(dataKey('Key in the ConfigMap or Secret.')),
  mode: value(integer('Permission bits; in YAML 0644 is read as octal, as kubectl does. Absent: as Kubernetes decides.', 0, 511, { 'x-fix': 'Permission bits are at most 0777 (511).' })),
}, { required: ['path'], 'x-exactly-one': [only(['content', 'configMap', 'secret'], 'Give exactly one of content, configMap and secret.')] }), 64, {
  'x-unique': [{ rule: 'duplicate-name', fields: ['path'] }],
}));

const accessMode = oneOf('Access mode.', ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod']);
const madeOf = 'A volume is persistent (size), in memory (medium), an existing claim (claimName), or shows a ConfigMap, a Secret or several sources (projected).';
const sources = ['configMap', 'secret', 'projected'];
const volumes = list(array('Volumes of the pod: with size persistent, with claimName an existing claim (with both, a claim of that name), with medium in memory, with configMap, secret or projected their keys as files, else scratch space.', object('One volume.', {
  name: value(dnsLabel('Name.')),
  mountPath: value(absolutePath('Where it appears in the main container; absent: only init containers and sidecars mount it.')),
  subPath: value(text('Part of the volume that appears there.', { pattern: '^[^/].*$', maxLength: 1024, 'x-fix': 'Write a relative path.' })),
  readOnly: value(flag('Mounted read-only.')),
  size: value(quantity('Size of a persistent volume.')),
  storageClassName: value(objectRef("StorageClass; absent: the cluster's default.")),
  accessModes: subtree(array('Access modes of a persistent volume; absent: ReadWriteOnce.', accessMode, 4)),
  medium: keyword(oneOf('Memory: a tmpfs.', ['Memory'])),
  claimName: value(objectRef('Existing PersistentVolumeClaim; beside size the name of the one to be made.')),
  configMap: subtree(configMapVolume),
  secret: subtree(secretVolume),
  projected: subtree(projectedVolume),
}, { required: ['name'], 'x-at-most-one': ['size', 'claimName'].map(claim => only([claim, 'medium', ...sources], madeOf)) }), 64, {
  'x-unique': [{ rule: 'duplicate-name', fields: ['name'] }, { rule: 'duplicate-name', fields: ['mountPath'] }],
}));

const schedule = object('When it runs; for kind cron.', {
  cron: value(cron('Cron expression.')),
  timeZone: value(text('IANA time zone, e.g. Europe/Berlin.', { pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$', maxLength: 64, 'x-fix': 'Write an IANA name such as Europe/Berlin or Etc/UTC.' })),
  concurrencyPolicy: keyword(oneOf('What happens when the last run has not ended.', ['Allow', 'Forbid', 'Replace'])),
}, { required: ['cron'] });

const migration = subtree(object('Release task that runs to completion before a new version starts, in each of its pods.', {
  containerImage: image('Image; absent: that of the workload.'), ...processFields,
}));

const words = (description: string) => subtree(array(description, text('One entry.', { maxLength: 253 }), 64));
const identity = object('Who the workload is towards the cluster and the cloud.', {
  serviceAccount: value(objectRef('Existing ServiceAccount; absent: one of its own.')),
  permissions: list(array('What it may do in its namespace (rbac/v1 PolicyRule).', object('One rule.', {
    apiGroups: words("API groups; '' is the core group."), resources: words('Resources.'), resourceNames: words('Names; absent: all.'), verbs: words('Verbs.'),
  }, { required: ['apiGroups', 'resources', 'verbs'] }), 32)),
  cloudRole: value(text('Role at the cloud provider.', { maxLength: 512 })),
});

const security = object('Deviations from the restricted profile that the image needs.', {
  ...privilege, fsGroup: uid('Group that owns volumes.'),
  fsGroupChangePolicy: value(oneOf('When volumes are given to that group; absent: at every mount.', ['Always', 'OnRootMismatch'])),
  supplementalGroups: subtree(array('Further groups of every process.', integer('Group id.', 0, 2147483647), 32)),
  capabilities: subtree(capabilities),
});

const placement = object('Where it runs.', {
  nodePool: value(text('Pool of nodes.', { maxLength: 63 })),
  tolerations: subtree(tolerations),
  arch: value(text('Processor architecture it runs on, as in kubernetes.io/arch; absent: any.', { pattern: '^[a-z0-9_]+$', maxLength: 32, 'x-fix': 'e.g. amd64 or arm64.' })),
  spread: vocabulary('How replicas are spread.'),
  podAffinity: subtree(podAffinity('Near which pods it runs (core/v1 PodAffinity).')),
  podAntiAffinity: subtree(podAffinity('Apart from which pods it runs (core/v1 PodAntiAffinity).')),
  spot: keyword(flag('May run on nodes that can be taken away.')),
});

const rollout = object('How a new version replaces the old one.', {
  type: keyword(oneOf('rolling: side by side; recreate: stop, then start.', ['rolling', 'recreate'])),
  maxSurge: value(percentOrCount('Extra pods during a rollout.')),
  maxUnavailable: value(percentOrCount('Missing pods during a rollout.')),
  terminationGracePeriodSeconds: value(integer('Time to stop.', 0, 86400)),
  preStop: subtree(preStop),
  minReadySeconds: value(integer('How long a new pod must be ready before it counts.', 0, 86400)),
  revisionHistoryLimit: value(integer('How many old versions are kept.', 0, 1000)),
  podManagementPolicy: value(oneOf('For kind stateful: whether replicas start one after another or all at once.', ['OrderedReady', 'Parallel'])),
});

const address = text('IP address.', { pattern: '^[0-9a-fA-F:.]+$', maxLength: 45, 'x-fix': 'Write an IPv4 or IPv6 address.' });
const pod = object('Rare fields of the pod, copied as they are (core/v1 PodSpec).', {
  hostAliases: subtree(array('Entries of /etc/hosts.', object('One entry.', { ip: address, hostnames: array('Names.', text('One name.', { maxLength: 253 }), 32) }, { required: ['ip', 'hostnames'] }), 32)),
  dnsPolicy: value(oneOf('How names are resolved.', ['ClusterFirst', 'Default', 'None'])),
  dnsConfig: subtree(object('Resolver settings.', {
    nameservers: array('Servers.', address, 3), searches: array('Search domains.', text('One domain.', { maxLength: 253 }), 32),
    options: array('Options.', object('One option.', { name: text('Name.', { maxLength: 63 }), value: text('Value.', { maxLength: 63 }) }, { required: ['name'] }), 32),
  })),
  enableServiceLinks: value(flag('Whether every Service of the namespace becomes variables.')),
  shareProcessNamespace: value(flag('Whether containers see the processes of one another.')),
  annotations: subtree(map('Annotations of the pods alone, also those on which the cluster acts as far as the platform lets intents state them.', text('Value.', { maxLength: 65536 }))),
});

export const workload = object('What runs.', {
  containerImage: value(image('Image, with an immutable tag or digest.')),
  kind: keyword(oneOf('How it runs.', ['service', 'worker', 'stateful', 'job', 'cron', 'daemon'], { default: 'service' })),
  tier: keyword(oneOf('How much depends on it.', ['core', 'standard'], { default: 'standard' })),
  ...resourceFields,
  ...processFields,
  ports,
  probes,
  files,
  volumes,
  init,
  sidecars,
  schedule,
  migration,
  identity,
  security,
  placement,
  rollout,
  pod,
  imagePullPolicy,
  pullSecrets: subtree(array('Existing image pull Secrets (core/v1 LocalObjectReference).', object('One Secret.', { name: objectRef('Name.') }, { required: ['name'] }), 16)),
  priority: value(objectRef('Existing PriorityClass.')),
}, { required: ['containerImage'], 'x-at-most-one': [resourcesOrExact] });
