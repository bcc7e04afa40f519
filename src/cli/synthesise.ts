/** The pipeline that every door wires its own cluster to. */
export * from '../synthesis/synthesise.ts';
