/** Affinity to other pods in the shape Kubernetes gives it (core/v1), since it is copied whole. */
import { array, integer, map, object, oneOf, text } from './shape.ts';

const words = (description: string, most = 32) => array(description, text('One entry.', { maxLength: 253 }), most);
const selector = (description: string) => object(description, {
  matchLabels: map('Labels and their values.', text('Value.', { maxLength: 63 })),
  matchExpressions: array('Conditions on labels.', object('One condition.', { key: text('Label key.', { maxLength: 317 }), operator: oneOf('How.', ['In', 'NotIn', 'Exists', 'DoesNotExist']), values: words('Values.') }, { required: ['key', 'operator'] }), 32),
});
const term = object('Which pods, and what they share.', {
  labelSelector: selector('The pods, by their labels.'), namespaces: words('Their namespaces; absent: this one.'), namespaceSelector: selector('Their namespaces, by labels.'),
  topologyKey: text('Label of nodes that share it, e.g. kubernetes.io/hostname.', { minLength: 1, maxLength: 317 }),
}, { required: ['topologyKey'] });

export const podAffinity = (description: string) => object(description, {
  requiredDuringSchedulingIgnoredDuringExecution: array('Conditions without which a pod is not scheduled.', term, 16),
  preferredDuringSchedulingIgnoredDuringExecution: array('Conditions that count where nodes are compared.', object('One condition.', { weight: integer('How much it counts.', 1, 100), podAffinityTerm: term }, { required: ['weight', 'podAffinityTerm'] }), 16),
});
