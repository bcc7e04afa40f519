/** Random intents as teams write them, many features at once; the same seed gives the same intents. */
import type { JsonObject, Json } from '../../src/kubernetes.ts';

const names = ['basket', 'ledger', 'mailer', 'search', 'gallery', 'tariffs', 'roster', 'quotes'];

export const randomIntent = (random: () => number, serial: number): JsonObject => {
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(...options: T[]): T => options[Math.floor(random() * options.length)]!;
  const some = (fields: Record<string, [number, () => unknown]>): JsonObject => Object.fromEntries(Object.entries(fields).filter(([, [share]]) => chance(share)).map(([key, [, value]]) => [key, value() as Json]));
  const kind = pick('service', 'service', 'service', 'service', 'worker', 'stateful', 'cron', 'job', 'daemon');
  const served = kind === 'service' || kind === 'stateful';
  const longRunning = served || kind === 'worker' || kind === 'daemon';
  const name = `${pick(...names)}-${serial}`;
  const port = pick(8080, 8443, 3000, 9000);
  const ports = pick<Json[]>([{ name: 'web', containerPort: port }], [{ name: 'web', containerPort: port }, { name: 'admin', containerPort: 9901 }], [{ name: 'web', containerPort: port, appProtocol: 'http' }, { name: 'sync', containerPort: 7946, protocol: 'UDP' }]);
  const scalable = kind === 'service' || kind === 'worker' || kind === 'stateful';
  const withPorts = served ? chance(0.7) : longRunning && chance(0.3);
  const exposure = served ? pick('none', 'internal', 'public-ingress', 'public-ingress') : 'none';
  const persistent = kind !== 'daemon' && chance(0.25);
  const probe = (): JsonObject => pick<JsonObject>({ httpGet: { path: '/ready', port: withPorts ? 'web' : 8080 }, periodSeconds: 7 }, { exec: { command: ['/bin/check'] }, timeoutSeconds: 3 }, { tcpSocket: { port: withPorts ? port : 8080 }, initialDelaySeconds: 12 });
  const volumes = [
    ...(persistent ? [{ name: 'data', mountPath: '/var/lib/data', size: pick('5Gi', '40Gi'), ...some({ storageClassName: [0.4, () => 'fast'], accessModes: [0.3, () => ['ReadWriteMany']] }) }] : []),
    ...(chance(0.2) ? [{ name: 'shm', mountPath: '/dev/shm', medium: 'Memory' }] : []),
    ...(chance(0.2) ? [{ name: 'work', mountPath: '/work' }] : []),
    ...(chance(0.15) ? [{ name: 'shared', mountPath: '/mnt/shared', claimName: 'team-share' }] : []),
  ];
  const files = [
    ...(chance(0.2) ? [{ path: '/etc/app/app.yaml', content: 'level: info\n', ...some({ mode: [0.4, () => 288] }) }] : []),
    ...(chance(0.15) ? [{ path: '/etc/app/rules.d', configMap: 'rules' }] : []),
    ...(chance(0.15) ? [{ path: '/etc/tls/tls.crt', secret: 'web-tls', key: 'tls.crt' }] : []),
    ...(chance(0.1) ? [{ path: '/etc/app/second.conf', content: 'x=1\n' }] : []),
  ];
  const container = (word: string): JsonObject => ({ name: word, containerImage: `registry.corp/${word}:0.9.1`, ...some({ args: [0.5, () => ['--once']], env: [0.4, () => [{ name: 'MODE', value: word }]] }) });
  const permission: JsonObject = { apiGroups: [''], resources: ['configmaps'], ...some({ resourceNames: [0.5, () => ['flags']] }), verbs: ['get', 'watch'] };
  const dependencies = [
    ...(chance(0.25) ? [{ name: 'orders-db', type: 'postgres', shared: 'production' }] : []),
    ...(chance(0.12) ? [{ name: 'own', type: 'postgres', ...some({ size: [0.5, () => '25Gi'], version: [0.4, () => '16.9'], backup: [0.5, () => 'daily'] }) }] : []),
    ...(chance(0.15) ? [{ name: 'cache', type: pick('redis', 'mysql', 'kafka'), shared: 'production' }] : []),
    ...(chance(0.12) ? [{ name: 'keys', type: 'vault' }, ...(chance(0.4) ? [{ name: 'mail-login', type: 'vault' }] : [])] : []),
    ...(chance(0.2) ? [{ name: 'tariffs', type: 'service', port: 8181, ...some({ shared: [0.5, () => 'shop'] }) }] : []),
    ...(chance(0.1) ? [{ name: 'pictures', type: 'bucket', ...pick<JsonObject>({ host: 'objects.example', port: 9000 }, { cidr: '198.51.100.64/28' }) }] : []),
    ...(chance(0.15) ? [{ name: 'carrier', type: 'external', ...pick<JsonObject>({ host: 'api.carrier.example' }, { cidr: '198.51.100.0/24', port: 8883 }) }] : []),
  ];
  const auth = served ? pick<JsonObject>({}, {}, { authPolicy: 'jwt-validated', ...some({ audiences: [0.3, () => ['shop']], exemptPaths: [0.3, () => ['/healthz', '/version']] }) }, { authPolicy: 'mtls' }, { auth: { issuer: 'https://id.partner.example', jwksUri: 'https://id.partner.example/keys', ...some({ audiences: [0.4, () => ['a', 'b']], exemptPaths: [0.3, () => ['/hook']] }) } }) : {};
  const metrics = served || (longRunning && withPorts) ? pick<JsonObject>({}, { metrics: 'prometheus-standard' }, ...(withPorts ? [{ metricsEndpoint: { port: (ports.at(-1) as JsonObject).protocol ? port : (ports.at(-1) as JsonObject).containerPort!, ...some({ path: [0.5, () => '/stats'] }) } }] : [])) : {};
  const further = some({ alerts: [0.15, () => 'standard'], logs: [0.2, () => pick('json', 'none')], traces: [0.2, () => 'opentelemetry'], dashboards: [0.2, () => 'standard'] });
  const intent = {
    apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name, namespace: pick('shop', 'default', 'production') },
    spec: {
      workload: {
        containerImage: pick(`registry.corp/${name}:1.4.${serial}`, `registry.corp:5000/team/${name}@sha256:${'a1'.repeat(32)}`, `registry.corp/${name}:2.0@sha256:${'b2'.repeat(32)}`), kind,
        ...pick<JsonObject>({}, { resources: 'standard' }, { resources: 'high-priority-compute' }, { resources: 'burstable' }, { resourceRequirements: { requests: { cpu: '300m', memory: '300Mi' }, limits: { cpu: '300m', memory: '300Mi' } } }),
        ...some({
          tier: [0.4, () => pick('core', 'standard')], command: [0.2, () => ['/bin/run']], args: [0.3, () => ['--verbose', '--trace']], workingDir: [0.1, () => '/srv'],
          env: [0.4, () => [{ name: 'LEVEL', value: 'info' }, { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }]], envFrom: [0.2, () => [{ configMapRef: { name: 'flags' } }]],
          migration: [scalable ? 0.2 : 0, () => ({ command: ['/bin/migrate'], ...some({ containerImage: [0.4, () => 'registry.corp/flyway:10.1'], env: [0.3, () => [{ name: 'TARGET', value: 'latest' }]], args: [0.3, () => ['--up']] }) })],
          init: [0.2, () => (chance(0.3) ? [container('prepare'), container('warm-up')] : [container('prepare')])], sidecars: [0.2, () => [container('shipper')]],
          identity: [0.25, () => some({ serviceAccount: [0.6, () => 'existing'], permissions: [0.6, () => (chance(0.5) ? [permission] : [permission, { apiGroups: ['', 'apps'], resources: ['pods', 'deployments'], verbs: ['list', 'watch'] }])] })], pullSecrets: [0.15, () => [{ name: 'registry' }]], priority: [0.1, () => 'important'],
          security: [0.35, () => some({ runAsUser: [0.5, () => 10001], runAsGroup: [0.3, () => 10002], fsGroup: [0.3, () => 10003], writableRoot: [0.3, () => chance(0.8)], runAsNonRoot: [0.3, () => chance(0.5)], capabilities: [0.3, () => ({ add: ['NET_BIND_SERVICE'] })] })],
          placement: [0.35, () => some({ spread: [scalable ? 0.4 : 0, () => pick('zones', 'hosts', 'none')], spot: [0.1, () => false], nodePool: [0.5, () => 'general'], arch: [0.4, () => 'arm64'], tolerations: [0.4, () => [{ key: 'dedicated', operator: 'Equal', value: 'batch', effect: 'NoSchedule' }]] })],
          rollout: [0.3, () => ({ ...(kind === 'daemon' ? pick<JsonObject>({}, { type: 'rolling' }, { maxSurge: '25%' }, { maxUnavailable: 3 }, { maxUnavailable: 0, maxSurge: 1 }) : {}), ...(scalable && kind !== 'stateful' ? pick<JsonObject>({}, { type: 'recreate' }, ...(persistent ? [] : [{ maxSurge: '25%' }, { maxUnavailable: 1, maxSurge: 2 }])) : {}), ...some({ terminationGracePeriodSeconds: [0.5, () => 45], preStop: [0.4, () => ({ exec: { command: ['/bin/drain'] } })] }) })],
        }),
        ...(withPorts ? { ports } : {}),
        ...(longRunning && chance(0.35) ? { probes: some({ liveness: [0.5, probe], readiness: [0.5, probe], startup: [0.3, probe] }) } : {}),
        ...(volumes.length ? { volumes } : {}), ...(files.length ? { files } : {}),
        ...(kind === 'cron' ? { schedule: { cron: '*/20 * * * *', ...some({ timeZone: [0.4, () => 'Europe/Berlin'], concurrencyPolicy: [0.5, () => pick('Allow', 'Replace', 'Forbid')] }) } } : {}),
      },
      networking: {
        ...(exposure === 'none' && chance(0.5) ? {} : { exposure }), ...auth,
        ...(exposure === 'public-ingress' ? some({ hosts: [0.4, () => (chance(0.5) ? ['shop.apps.corp.example'] : ['a.example.com', 'b.example.com'])], paths: [0.4, () => (chance(0.5) ? ['/v1'] : ['/v1', '/v2'])], tls: [0.4, () => chance(0.5)] }) : {}),
        ...(exposure === 'none' ? {} : some({ sessionAffinity: [0.15, () => pick('ClientIP', 'None')] })),
        ...(exposure === 'public-ingress' ? some({
          cors: [0.2, () => ({ allowOrigins: ['https://shop.example.com'], ...some({ allowMethods: [0.5, () => ['PUT', 'POST']], allowHeaders: [0.4, () => ['X-Team']], exposeHeaders: [0.3, () => ['X-Total']], allowCredentials: [0.5, () => chance(0.5)], maxAge: [0.4, () => 600] }) })],
          timeouts: [0.15, () => pick<JsonObject>({ request: '30s' }, { idle: '5m' })], bodySize: [0.12, () => pick<Json>('4Mi', 2000000, '3M')],
        }) : {}),
        ...(exposure === 'none' ? {} : some({ allowFrom: [0.25, () => [{ name: 'caller' }, { name: 'other', namespace: 'shop' }]] })),
        ...some({ egress: [0.25, () => (chance(0.5) ? [{ host: 'smtp.corp.example', port: 587 }] : [{ cidr: '203.0.113.0/28', port: 514, protocol: 'UDP' }, { host: 'cdn.example.net', port: 8443 }])] }),
      },
      ...(dependencies.length ? { dependencies } : {}),
      ...(scalable && chance(0.5) && (kind === 'stateful' || !persistent) ? { scaling: pick<JsonObject>({ profile: 'steady' }, { profile: 'elastic', memory: 70 }, { max: 9 }, { min: 4, max: 12, cpu: 55 }, { min: 5 }, { max: 8, memory: 66 }, { max: 7, metric: { name: 'orders_open', averageValue: pick<Json>(20, '750m') } }, { min: 2, max: 9, memory: 60, metric: { name: 'orders_open', averageValue: '1k' } }, ...(dependencies.some(d => d.name === 'cache') ? [{ max: 9, queue: { dependency: 'cache', length: 50 } }, { min: 1, max: 6, cpu: 80, queue: { dependency: 'cache', length: 5 } }] : [])) } : {}),
      ...(Object.keys({ ...metrics, ...further }).length ? { observability: { ...metrics, ...further } } : {}),
    },
  };
  return intent as unknown as JsonObject;
};
