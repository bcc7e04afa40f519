/** The volume claims of a graph: written as such, made for each replica, or made for each pod. */
import type { JsonObject, KubeObject } from '../../kubernetes.ts';
import { ofKind } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/types.ts';
import { podTemplate } from '../pod.ts';
import { asList, asObject, asText, at } from '../types.ts';

export interface Claim { spec: JsonObject; path: string; /** One for each pod. */ each: boolean }

export const claimsOf = (object: KubeObject): Claim[] => {
  if (object.kind === 'PersistentVolumeClaim' && object.apiVersion === 'v1') return [{ spec: asObject(object.spec), path: 'spec', each: false }];
  const template = podTemplate(object);
  return [
    ...asList(at(object.spec, 'volumeClaimTemplates')).map((claim, index) => ({ spec: asObject(claim.spec), path: `spec.volumeClaimTemplates[${index}].spec`, each: true })),
    ...asList(template?.spec.volumes).flatMap((volume, index) => {
      const claim = at(volume, 'ephemeral', 'volumeClaimTemplate', 'spec');
      return claim === undefined ? [] : [{ spec: asObject(claim), path: `${template!.path}.spec.volumes[${index}].ephemeral.volumeClaimTemplate.spec`, each: true }];
    }),
  ];
};

/** The class of a claim that states none is the default one; undefined where that is not one alone, or none is wanted (''). */
export const classOf = ({ spec }: Claim, snapshot: Snapshot): string | undefined => {
  if (spec.storageClassName !== undefined && spec.storageClassName !== null) return asText(spec.storageClassName) || undefined;
  const defaults = ofKind(snapshot, 'StorageClass').filter(({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true');
  return defaults.length === 1 ? defaults[0]!.metadata.name : undefined;
};
