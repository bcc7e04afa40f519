/** Refused scenarios about secrets of the platform's store, backups, logs, traces and metrics to scale by. */
import type { Refused } from './scenario.ts';

export const furtherRefused: readonly Refused[] = [
  {
    slug: '236-secret-without-operator', snapshot: 'bare-1.30', settings: { secretStore: 'corp-vault' }, title: 'A secret of the store where no operator fills it',
    rule: 'type vault needs External Secrets',
    intent: `
metadata: {name: cap-press, namespace: cider}
spec:
  workload: {kind: worker, containerImage: 'registry.cider.example/cap-press:1.1.0'}
  dependencies: [{name: plc-keys, type: vault}]
`,
  },
  {
    slug: '237-secret-without-store', snapshot: 'cnpg-keda', title: 'A secret where no store is named',
    rule: 'type vault needs secretStore in global-settings',
    intent: `
metadata: {name: cap-counter, namespace: cider}
spec:
  workload: {containerImage: 'registry.cider.example/cap-counter:0.2.0'}
  networking: {exposure: internal}
  dependencies: [{name: counts, type: postgres, shared: cider-data}, {name: count-login, type: vault}]
`,
  },
  {
    slug: '238-backup-of-a-shared-postgres', snapshot: 'cnpg-keda', settings: { snapshotClass: 'csi-frozen' }, title: 'A backup of a Postgres that is shared',
    rule: 'a backup is of an own Postgres',
    intent: `
metadata: {name: juice-board, namespace: cider}
spec:
  workload: {containerImage: 'registry.cider.example/juice-board:2.0.0'}
  networking: {exposure: internal}
  dependencies: [{name: juices, type: postgres, shared: cider-data, backup: daily}]
`,
  },
  {
    slug: '239-backup-of-a-cache', snapshot: 'cnpg-keda', settings: { snapshotClass: 'csi-frozen' }, title: 'A backup of a Redis beside one of an own Postgres',
    rule: 'a backup is of an own Postgres',
    intent: `
metadata: {name: must-tracker, namespace: cider}
spec:
  workload: {kind: worker, tier: core, containerImage: 'registry.cider.example/must-tracker:1.7.0'}
  dependencies:
    - {name: musts, type: postgres, backup: daily}
    - {name: warm-musts, type: redis, shared: cider-cache, backup: daily}
`,
  },
  {
    slug: '240-backup-without-class', snapshot: 'cnpg-keda', title: 'A backup where no class of snapshots is named',
    rule: 'a backup needs snapshotClass in global-settings',
    intent: `
metadata: {name: vat-ledger, namespace: cellars}
spec:
  workload: {containerImage: 'registry.cider.example/vat-ledger:3.3.0'}
  dependencies: [{name: vats, type: postgres, backup: daily}]
  observability: {dashboards: standard}
`,
  },
  {
    slug: '241-logs-without-collector', snapshot: 'istio-gateway', title: 'Lines to be taken apart where nobody is known to collect them',
    rule: 'logs need logCollector fluent-bit in global-settings',
    intent: `
metadata: {name: graft-planner, namespace: orchards}
spec:
  workload: {containerImage: 'registry.cider.example/graft-planner:0.8.0'}
  networking: {exposure: public-ingress}
  observability: {logs: json, metrics: prometheus-standard}
`,
  },
  {
    slug: '242-logs-of-another-collector', snapshot: 'linkerd-nginx', settings: { logCollector: 'vector' }, title: 'Lines to be left out by a collector that reads other annotations',
    rule: 'logs need logCollector fluent-bit in global-settings',
    intent: `
metadata: {name: card-vault, namespace: cider}
spec:
  workload: {kind: cron, containerImage: 'registry.cider.example/card-vault:5.0.1', schedule: {cron: '0 6 * * *'}}
  observability: {logs: none, alerts: standard}
`,
  },
  {
    slug: '243-traces-without-instrumentation', snapshot: 'bare-1.30', settings: { logCollector: 'fluent-bit' }, title: 'Traces where nobody says how',
    rule: 'traces need instrumentation in global-settings',
    intent: `
metadata: {name: bee-census, namespace: orchards}
spec:
  workload: {containerImage: 'registry.cider.example/bee-census:1.2.2'}
  networking: {exposure: internal}
  observability: {logs: json, traces: opentelemetry}
`,
  },
  {
    slug: '244-traces-by-a-bare-name', snapshot: 'istio-gateway', settings: { instrumentation: 'platform' }, title: 'Traces where the Instrumentation is named without its namespace',
    rule: 'instrumentation is namespace/name',
    intent: `
metadata: {name: hive-scales, namespace: orchards}
spec:
  workload: {kind: daemon, containerImage: 'registry.cider.example/hive-scales:0.1.4'}
  observability: {traces: opentelemetry}
`,
  },
  {
    slug: '245-metric-without-bound', snapshot: 'bare-1.30', title: 'A metric to scale by, and no maximum',
    rule: 'scaling.metric needs scaling.max',
    intent: `
metadata: {name: cider-shop, namespace: cider}
spec:
  workload: {containerImage: 'registry.cider.example/cider-shop:7.1.0'}
  networking: {exposure: internal}
  scaling: {min: 2, metric: {name: baskets, averageValue: 100}}
`,
  },
  {
    slug: '246-metric-beside-profile', snapshot: 'linkerd-nginx', title: 'A metric to scale by beside a profile',
    rule: 'scaling.metric needs scaling.max, which a profile does not go with',
    intent: `
metadata: {name: toast-planner, namespace: cider}
spec:
  workload: {containerImage: 'registry.cider.example/toast-planner:1.0.9'}
  networking: {exposure: public-ingress, hosts: [toasts.cider.example]}
  scaling: {profile: elastic, metric: {name: guests, averageValue: 75}}
`,
  },
  {
    slug: '247-metric-beside-queue', snapshot: 'cnpg-keda', title: 'A metric to scale by beside a queue',
    rule: 'scaling.metric does not go with scaling.queue',
    intent: `
metadata: {name: crate-router, namespace: cider}
spec:
  workload: {kind: worker, containerImage: 'registry.cider.example/crate-router:2.5.0'}
  dependencies: [{name: crates, type: redis, shared: cider-cache}]
  scaling: {max: 6, queue: {dependency: crates, length: 20}, metric: {name: crates_waiting, averageValue: '20'}}
`,
  },
  {
    slug: '248-metric-of-a-job', snapshot: 'cnpg-keda', settings: { secretStore: 'corp-vault' }, title: 'A job that is to be scaled by a metric',
    rule: 'scaling is refused for cron and job',
    intent: `
metadata: {name: vintage-import, namespace: cellars}
spec:
  workload: {kind: job, containerImage: 'registry.cider.example/vintage-import:1.0.0'}
  dependencies: [{name: archive-login, type: vault}]
  scaling: {max: 3, metric: {name: rows_left, averageValue: 1k}}
`,
  },
];
