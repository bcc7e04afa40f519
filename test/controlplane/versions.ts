/**
 * The Kubernetes versions that tests and shipped snapshots use. `KUBESYNTH_K8S=1.33.2 make test` picks another one for
 * the tests that do not care; any version from 1.26 on builds.
 */
export const oldest = '1.30.14';
export const newest = '1.37.2';
export const chosen = (): string => process.env['KUBESYNTH_K8S'] ?? newest;
