/** The status of ServiceIntent, as the OpenAPI schema in its CRD; written by the operator only, through the status subresource. */
import type { JsonObject } from '../kubernetes.ts';

const text = (description: string, maxLength = 1024): JsonObject => ({ type: 'string', description, maxLength });
const items = (description: string, item: JsonObject): JsonObject => ({ type: 'array', description, items: item, maxItems: 512, 'x-kubernetes-list-type': 'atomic' });

export const finding: JsonObject = {
  type: 'object', required: ['rule', 'message'],
  properties: {
    rule: text('Which rule spoke.', 128), severity: { type: 'string', enum: ['refused', 'review', 'degraded', 'warning'] }, object: text('Kind/name.', 512),
    path: text('Field.'), message: text('What is wrong.', 4096), fix: text('What to do.', 4096),
  },
};

/** metav1.Condition. */
const condition: JsonObject = {
  type: 'object', required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
  properties: {
    type: { ...text('Ready, Reconciling, Stalled or NeedsReview.', 316) }, status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0 }, lastTransitionTime: { type: 'string', format: 'date-time' },
    reason: text('Cause, as one word.'), message: text('Cause, in words.', 32768),
  },
};

export const status: JsonObject = {
  type: 'object', description: 'What was made of the intent.',
  properties: {
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0, description: 'Generation of the intent that this status speaks of.' },
    conditions: { type: 'array', description: 'Ready: applied and healthy; Reconciling; Stalled; NeedsReview.', items: condition, maxItems: 16, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] },
    revision: text('The revision that is applied.', 253),
    contextHash: text('Hash of everything the model was shown.', 128),
    model: text('Digest of the model.', 256),
    inventory: items('Objects that belong to this intent.', {
      type: 'object', required: ['apiVersion', 'kind', 'name'],
      properties: {
        apiVersion: text('API version.', 253), kind: text('Kind.', 63), namespace: text('Namespace.', 63), name: text('Name.', 253),
        uid: text('Of the live object; absent until it was written.', 64), applied: text('Digest of what was asked for.', 64), observed: text('Digest of our fields as the server then held them.', 64),
        left: { type: 'array', description: 'Fields that were asked for and are left to whoever changed them.', items: text('Path.'), maxItems: 64, 'x-kubernetes-list-type': 'atomic' },
      },
    }),
    degraded: items('What could not be done as asked on this cluster.', finding),
    findings: items('Why it was refused or needs review.', finding),
  },
};
