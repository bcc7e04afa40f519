/** Accepted scenarios about what volumes show and who mounts them, as whom containers beside the main one run, and rare fields of the pod. */
import type { KubeObject } from '../../src/kubernetes.ts';
import { alerts, migration } from './extras.ts';
import { mount, scratch } from './pieces.ts';
import type { Accepted } from './scenario.ts';
import {
  HIGH, STANDARD, STANDARD_CORE, autoscaler, awayFromZoneB, beside, besideCore, budget, claim, claimNamed, claimed, corePod, cronJob, daemonSet, deployment, hardened, having,
  ofArch, onNodes, pod, podSecurity, port, recreate, serviceAccount, serving, silent, spreadPod, tmp, tmpMount, type Subject,
} from './workload.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, fromOwnNamespace, meshIdentities, meshPort, meshed, networkPolicy, on, ownPostgres, podMonitor, service, toApp, toCluster,
  toInternet, toLinkerd,
} from './traffic.ts';

const readOnly = { readOnly: true };

const adInserter = (): Accepted => {
  const s: Subject = { name: 'ad-inserter', namespace: 'playout', version: '1.16.2' };
  return {
    slug: '210-ad-inserter', snapshot: 'cnpg-keda', title: 'A worker with a sidecar that alone mounts a ConfigMap, shares scratch space with it and sees its processes',
    intent: `
metadata: {name: ad-inserter, namespace: playout}
spec:
  workload:
    kind: worker
    containerImage: registry.radio.example/ad-inserter:1.16.2
    volumes:
      - {name: spool, mountPath: /spool}
      - {name: shipper, configMap: {name: shipper-rules}}
    sidecars:
      - name: shipper
        containerImage: registry.radio.example/shipper:3.1.0
        imagePullPolicy: Always
        volumeMounts: [{name: shipper, mountPath: /etc/shipper, readOnly: true}, {name: spool, mountPath: /spool, readOnly: true}]
    pod: {shareProcessNamespace: true}
  dependencies: [{name: breaks, type: kafka, shared: radio-stream}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [
        silent(s, 'registry.radio.example/ad-inserter:1.16.2', STANDARD, { volumeMounts: [tmpMount, mount('spool', '/spool')] }),
        beside('shipper', 'registry.radio.example/shipper:3.1.0', {
          imagePullPolicy: 'Always', volumeMounts: [{ ...mount('shipper', '/etc/shipper'), ...readOnly }, { ...mount('spool', '/spool'), ...readOnly }],
        }),
      ], { shareProcessNamespace: true, volumes: [tmp, scratch('spool'), { name: 'shipper', configMap: { name: 'shipper-rules' } }] }) }),
      budget(s), networkPolicy(s, [], [toApp('radio-stream', 'breaks', 9092)]),
    ],
  };
};

const toneSorter = (): Accepted => {
  const s: Subject = { name: 'tone-sorter', namespace: 'playout', version: '0.8.0' };
  return {
    slug: '223-tone-sorter', snapshot: 'cnpg-keda', title: 'A worker with annotations on every object, and on its pods some that the autoscaler of nodes acts on',
    intent: `
metadata: {name: tone-sorter, namespace: playout}
spec:
  workload:
    kind: worker
    containerImage: registry.radio.example/tone-sorter:0.8.0
    pod: {annotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: "false", radio.example/rack: "7"}}
  annotations: {radio.example/owner: playout-desk, radio.example/rack: "any"}
`,
    expected: ((): KubeObject[] => {
      const noted = { 'radio.example/owner': 'playout-desk', 'radio.example/rack': 'any' };
      const runs = deployment(s, {
        replicas: 2, podAnnotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', 'radio.example/owner': 'playout-desk', 'radio.example/rack': '7' },
        pod: spreadPod(s, [silent(s, 'registry.radio.example/tone-sorter:0.8.0', STANDARD, { volumeMounts: [tmpMount] })]),
      });
      return [serviceAccount(s), runs, budget(s), networkPolicy(s, [], [])].map(o => ({ ...o, metadata: { ...o.metadata, annotations: noted } }));
    })(),
  };
};

const masterVault = (): Accepted => {
  const s: Subject = { name: 'master-vault', namespace: 'sound-archive', version: '8.5.1' };
  return {
    slug: '211-master-vault', snapshot: 'linkerd-nginx', title: 'In mutual TLS with a claim that an init container prepares as root with a root filesystem it may write; the group of volumes only where it is not theirs',
    intent: `
metadata: {name: master-vault, namespace: sound-archive}
spec:
  workload:
    containerImage: registry.radio.example/master-vault:8.5.1
    volumes: [{name: masters, mountPath: /masters, size: 500Gi}]
    init:
      - name: own
        containerImage: registry.radio.example/toolbox:1.36.1
        command: [chown, -R, '2000:2000', /masters]
        security: {runAsNonRoot: false, writableRoot: true}
        volumeMounts: [{name: masters, mountPath: /masters}]
    security: {fsGroup: 2000, fsGroupChangePolicy: OnRootMismatch}
  networking: {exposure: internal, authPolicy: mtls}
`,
    expected: [
      serviceAccount(s), claim(s, 'masters', '500Gi'),
      deployment(s, { replicas: 1, strategy: recreate, podAnnotations: meshed, pod: spreadPod(s, [
        serving(s, 'registry.radio.example/master-vault:8.5.1', STANDARD, { volumeMounts: [tmpMount, mount('masters', '/masters')] }),
      ], {
        initContainers: [{
          ...beside('own', 'registry.radio.example/toolbox:1.36.1', { command: ['chown', '-R', '2000:2000', '/masters'], volumeMounts: [mount('masters', '/masters')] }),
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: false, runAsNonRoot: false },
        }],
        securityContext: podSecurity({ fsGroup: 2000, fsGroupChangePolicy: 'OnRootMismatch' }),
        volumes: [tmp, claimed('masters', 'master-vault-masters')],
      }) }),
      service(s, HTTP_SERVICE), budget(s), meshIdentities(s), ...meshPort(s, 'http'),
      networkPolicy(s, [fromOwnNamespace(on(8080))], [toLinkerd]),
    ],
  };
};

const observationSink = (): Accepted => {
  const s: Subject = { name: 'observation-sink', namespace: 'weather', version: '4.1.0' };
  return {
    slug: '212-observation-sink', snapshot: 'bare-1.30', title: 'A worker with a claim under a name of its own, of which it sees a part and its init container the whole',
    intent: `
metadata: {name: observation-sink, namespace: weather}
spec:
  workload:
    kind: worker
    containerImage: registry.weather.example/observation-sink:4.1.0
    imagePullPolicy: Always
    volumes:
      - {name: store, mountPath: /store, subPath: synop/raw, size: 90Gi, claimName: observations, storageClassName: bulk, accessModes: [ReadWriteOncePod]}
    init:
      - {name: layout, containerImage: 'registry.weather.example/layout:1.0.3', imagePullPolicy: IfNotPresent, volumeMounts: [{name: store, mountPath: /all}]}
`,
    expected: [
      serviceAccount(s), claimNamed(s, 'observations', '90Gi', { accessModes: ['ReadWriteOncePod'], storageClassName: 'bulk' }),
      deployment(s, { replicas: 1, strategy: recreate, pod: spreadPod(s, [
        silent(s, 'registry.weather.example/observation-sink:4.1.0', STANDARD, { imagePullPolicy: 'Always', volumeMounts: [tmpMount, { ...mount('store', '/store'), subPath: 'synop/raw' }] }),
      ], {
        initContainers: [beside('layout', 'registry.weather.example/layout:1.0.3', { imagePullPolicy: 'IfNotPresent', volumeMounts: [mount('store', '/all')] })],
        volumes: [tmp, claimed('store', 'observations')],
      }) }),
      budget(s), networkPolicy(s, []),
    ],
  };
};

const rightsChecker = (): Accepted => {
  const s: Subject = { name: 'rights-checker', namespace: 'licensing', version: '2.9.0' };
  return {
    slug: '213-rights-checker', snapshot: 'istio-gateway', title: 'Core with Secrets, a ConfigMap and fields of the pod in one directory that cannot be written, callers by name, alerts',
    intent: `
metadata: {name: rights-checker, namespace: licensing}
spec:
  workload:
    tier: core
    containerImage: registry.radio.example/rights-checker:2.9.0
    volumes:
      - name: societies
        mountPath: /etc/societies
        readOnly: true
        projected:
          defaultMode: 288
          sources:
            - secret: {name: gema-account, items: [{key: token, path: gema/token}]}
            - secret: {name: suisa-account, items: [{key: token, path: suisa/token, mode: 256}]}
            - configMap: {name: tariffs, optional: true}
            - downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}
  networking: {exposure: internal, allowFrom: [{name: cue-store, namespace: playout}]}
  observability: {alerts: standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, pod: corePod(s, [
        serving(s, 'registry.radio.example/rights-checker:2.9.0', STANDARD_CORE, { volumeMounts: [tmpMount, { ...mount('societies', '/etc/societies'), ...readOnly }] }),
      ], { volumes: [tmp, { name: 'societies', projected: { defaultMode: 288, sources: [
        { secret: { name: 'gema-account', items: [{ key: 'token', path: 'gema/token' }] } },
        { secret: { name: 'suisa-account', items: [{ key: 'token', path: 'suisa/token', mode: 256 }] } },
        { configMap: { name: 'tariffs', optional: true } },
        { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      ] } }] }) }),
      service(s, HTTP_SERVICE), budget(s), alerts(s, 'core'), networkPolicy(s, [fromCallers([{ name: 'cue-store', namespace: 'playout' }], on(8080))]),
    ],
  };
};

const sondeUplink = (): Accepted => {
  const s: Subject = { name: 'sonde-uplink', namespace: 'weather', version: '0.31.4' };
  return {
    slug: '214-sonde-uplink', snapshot: 'bare-1.30', title: 'A worker with resolvers, hosts and groups of its own, without variables of Services, on one architecture',
    intent: `
metadata: {name: sonde-uplink, namespace: weather}
spec:
  workload:
    kind: worker
    containerImage: registry.weather.example/sonde-uplink:0.31.4
    security: {supplementalGroups: [20, 44]}
    placement: {arch: arm64}
    pod:
      dnsPolicy: None
      dnsConfig: {nameservers: [10.96.0.10], searches: [weather.svc.cluster.local, stations.example], options: [{name: ndots, value: '2'}, {name: edns0}]}
      hostAliases: [{ip: 10.30.1.9, hostnames: [receiver]}, {ip: '2001:db8::9', hostnames: [receiver-six, spare]}]
      enableServiceLinks: false
  dependencies: [{name: exchange, type: external, host: gts.weather.example, port: 2222}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [silent(s, 'registry.weather.example/sonde-uplink:0.31.4', STANDARD)], {
        securityContext: podSecurity({ supplementalGroups: [20, 44] }), affinity: { nodeAffinity: onNodes(ofArch('arm64')) },
        dnsPolicy: 'None', enableServiceLinks: false,
        dnsConfig: { nameservers: ['10.96.0.10'], searches: ['weather.svc.cluster.local', 'stations.example'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] },
        hostAliases: [{ ip: '10.30.1.9', hostnames: ['receiver'] }, { ip: '2001:db8::9', hostnames: ['receiver-six', 'spare'] }],
      }) }),
      budget(s), networkPolicy(s, [], [toInternet(2222)]),
    ],
  };
};

const royaltyRun = (): Accepted => {
  const s: Subject = { name: 'royalty-run', namespace: 'licensing', version: '14.0.2' };
  return {
    slug: '215-royalty-run', snapshot: 'cnpg-keda', title: 'A core cron with keys of a Secret as files and a user of its own for what prepares it, own Postgres',
    intent: `
metadata: {name: royalty-run, namespace: licensing}
spec:
  workload:
    kind: cron
    tier: core
    containerImage: registry.radio.example/royalty-run:14.0.2
    schedule: {cron: '0 4 2 * *'}
    volumes:
      - name: bank
        mountPath: /etc/bank
        readOnly: true
        secret: {secretName: bank-keys, defaultMode: 256, items: [{key: client.pem, path: client.pem}, {key: ca.pem, path: trust/ca.pem, mode: 292}]}
      - {name: rates, mountPath: /rates, medium: Memory}
    init:
      - {name: rates, containerImage: 'registry.radio.example/rates:2.2.0', security: {runAsUser: 1200, runAsGroup: 1200}, volumeMounts: [{name: rates, mountPath: /out}]}
  dependencies: [{name: payouts, type: postgres, size: 30Gi}]
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'payouts', 3, '30Gi'),
      cronJob(s, { schedule: '0 4 2 * *' }, { pod: pod(s, [
        silent(s, 'registry.radio.example/royalty-run:14.0.2', STANDARD_CORE, { volumeMounts: [tmpMount, { ...mount('bank', '/etc/bank'), ...readOnly }, mount('rates', '/rates')] }),
      ], {
        initContainers: [{
          ...besideCore('rates', 'registry.radio.example/rates:2.2.0', { volumeMounts: [mount('rates', '/out')] }), securityContext: { ...hardened, runAsUser: 1200, runAsGroup: 1200 },
        }],
        volumes: [
          tmp, { name: 'bank', secret: { secretName: 'bank-keys', defaultMode: 256, items: [{ key: 'client.pem', path: 'client.pem' }, { key: 'ca.pem', path: 'trust/ca.pem', mode: 292 }] } },
          { name: 'rates', emptyDir: { medium: 'Memory' } },
        ],
      }) }),
      networkPolicy(s, [], [toCluster('royalty-run-payouts')]),
    ],
  };
};

const studioDoor = (): Accepted => {
  const s: Subject = { name: 'studio-door', namespace: 'radio', version: '1.5.0' };
  const image = 'registry.radio.example/studio-door:1.5.0';
  return {
    slug: '216-studio-door', snapshot: 'bare-1.30', title: 'Sidecars each of a user of its own: one that writes to its root filesystem, one that may be root, one that states nothing new; then a release task',
    intent: `
metadata: {name: studio-door, namespace: radio}
spec:
  workload:
    containerImage: ${image}
    security: {runAsUser: 1000}
    sidecars:
      - {name: proxy, containerImage: 'registry.radio.example/proxy:1.29.4', imagePullPolicy: IfNotPresent, security: {runAsUser: 1337, runAsGroup: 1337, writableRoot: true}}
      - {name: journal, containerImage: 'registry.radio.example/journal:0.9.9', security: {runAsNonRoot: false}}
      - {name: beat, containerImage: 'registry.radio.example/beat:2.0.0', security: {runAsNonRoot: true, writableRoot: false}}
    migration: {command: [/bin/door, upgrade]}
  networking: {exposure: internal}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [
        serving(s, image, STANDARD),
        { ...beside('proxy', 'registry.radio.example/proxy:1.29.4', { imagePullPolicy: 'IfNotPresent' }), securityContext: { ...hardened, readOnlyRootFilesystem: false, runAsUser: 1337, runAsGroup: 1337 } },
        { ...beside('journal', 'registry.radio.example/journal:0.9.9'), securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: false } },
        beside('beat', 'registry.radio.example/beat:2.0.0'),
      ], { securityContext: podSecurity({ runAsUser: 1000 }), initContainers: [migration(image, { command: ['/bin/door', 'upgrade'] })] }) }),
      service(s, HTTP_SERVICE), budget(s), networkPolicy(s, [fromOwnNamespace(on(8080))]),
    ],
  };
};

const signalProbe = (): Accepted => {
  const s: Subject = { name: 'signal-probe', namespace: 'masts', version: '7.7.0' };
  return {
    slug: '217-signal-probe', snapshot: 'linkerd-nginx', title: 'A daemon with a token for somebody else, the resolver of its node, a whole ConfigMap that may be absent, history kept, scraped from its pods',
    intent: `
metadata: {name: signal-probe, namespace: masts}
spec:
  workload:
    kind: daemon
    containerImage: registry.radio.example/signal-probe:7.7.0
    ports: [{name: metrics, containerPort: 9555}]
    volumes:
      - {name: limits, mountPath: /etc/limits, configMap: {name: signal-limits, optional: true, defaultMode: 292}}
      - name: vault
        mountPath: /var/run/vault
        readOnly: true
        projected: {sources: [{serviceAccountToken: {audience: 'https://vault.radio.example', expirationSeconds: 3600, path: token}}]}
    rollout: {minReadySeconds: 5, revisionHistoryLimit: 2}
    pod: {dnsPolicy: Default}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      having(daemonSet(s, { maxUnavailable: 1 }, { pod: pod(s, [silent(s, 'registry.radio.example/signal-probe:7.7.0', STANDARD, {
        ports: [port('metrics', 9555)], volumeMounts: [tmpMount, mount('limits', '/etc/limits'), { ...mount('vault', '/var/run/vault'), ...readOnly }],
      })], {
        dnsPolicy: 'Default',
        volumes: [
          tmp, { name: 'limits', configMap: { name: 'signal-limits', optional: true, defaultMode: 292 } },
          { name: 'vault', projected: { sources: [{ serviceAccountToken: { audience: 'https://vault.radio.example', expirationSeconds: 3600, path: 'token' } }] } },
        ],
      }) }), { minReadySeconds: 5, revisionHistoryLimit: 2 }),
      podMonitor(s, 'metrics'), networkPolicy(s, [fromNamespace('monitoring', 9555)]),
    ],
  };
};

const loudnessMeter = (): Accepted => {
  const s: Subject = { name: 'loudness-meter', namespace: 'playout', version: '3.8.1' };
  return {
    slug: '218-loudness-meter', snapshot: 'istio-gateway', title: 'An autoscaled worker near one kind of pods and rather apart from its own, away from the full zone, with a lasting volume it only reads',
    intent: `
metadata: {name: loudness-meter, namespace: playout}
spec:
  workload:
    kind: worker
    containerImage: registry.radio.example/loudness-meter:3.8.1
    resources: high-priority-compute
    volumes: [{name: takes, mountPath: /takes, subPath: '2026', readOnly: true, claimName: studio-takes}]
    rollout: {revisionHistoryLimit: 5, minReadySeconds: 10}
    placement:
      podAffinity:
        preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 80
            podAffinityTerm:
              labelSelector: {matchExpressions: [{key: app.kubernetes.io/name, operator: In, values: [cue-store]}]}
              namespaces: [playout]
              topologyKey: topology.kubernetes.io/zone
      podAntiAffinity:
        preferredDuringSchedulingIgnoredDuringExecution:
          - {weight: 20, podAffinityTerm: {labelSelector: {matchLabels: {app.kubernetes.io/name: loudness-meter}}, topologyKey: kubernetes.io/hostname}}
  scaling: {max: 8, cpu: 60}
`,
    expected: [
      serviceAccount(s),
      having(deployment(s, { pod: spreadPod(s, [silent(s, 'registry.radio.example/loudness-meter:3.8.1', HIGH, {
        volumeMounts: [tmpMount, { ...mount('takes', '/takes'), subPath: '2026', ...readOnly }],
      })], {
        affinity: {
          nodeAffinity: awayFromZoneB,
          podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 80, podAffinityTerm: {
            labelSelector: { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['cue-store'] }] }, namespaces: ['playout'], topologyKey: 'topology.kubernetes.io/zone',
          } }] },
          podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 20, podAffinityTerm: {
            labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'loudness-meter' } }, topologyKey: 'kubernetes.io/hostname',
          } }] },
        },
        volumes: [tmp, claimed('takes', 'studio-takes')],
      }) }), { revisionHistoryLimit: 5, minReadySeconds: 10 }),
      budget(s), autoscaler(s, 'Deployment', 2, 8, 60), networkPolicy(s, []),
    ],
  };
};

export const widePods: readonly Accepted[] = [
  adInserter(), masterVault(), observationSink(), rightsChecker(), sondeUplink(), royaltyRun(), studioDoor(), signalProbe(), loudnessMeter(), toneSorter(),
];
