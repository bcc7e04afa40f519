/** The types of ServiceIntent, derived from its schema. */
import type { Static } from './shape.ts';
import type { intentSchema, metadata, spec } from './schema.ts';
import type { workload } from './workload.ts';

export type Intent = Static<typeof intentSchema>;
export type IntentSpec = Static<typeof spec>;
export type IntentMetadata = Static<typeof metadata>;
export type Workload = Static<typeof workload>;
export type Port = NonNullable<Workload['ports']>[number];
