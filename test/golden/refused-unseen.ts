/** Further scenarios that must be refused: what is stated would be lost, or could never work. */
import type { Refused } from './scenario.ts';

export const refusedUnseen: Refused[] = [
  {
    slug: '191-mode-of-a-whole-map', snapshot: 'istio-gateway', title: 'A mode for all files of a ConfigMap',
    rule: 'a mode is that of one key',
    intent: `
metadata: {name: ferry-notices, namespace: transit}
spec:
  workload:
    containerImage: registry.transit.example/ferry-notices:2.0.4
    files: [{path: /etc/ferry-notices, configMap: ferry-templates, mode: 288}]
  networking: {exposure: internal}
`,
  },
  {
    slug: '192-probe-of-datagrams', snapshot: 'bare-1.30', title: 'A service whose first port takes datagrams, without probes of its own',
    rule: 'a default probe needs a first port of TCP',
    intent: `
metadata: {name: beacon-relay, namespace: avalanche-service}
spec:
  workload:
    containerImage: registry.resort.example/beacon-relay:1.1.0
    ports: [{name: beacons, containerPort: 6100, protocol: UDP}, {name: admin, containerPort: 6180}]
  networking: {exposure: internal}
`,
  },
];
