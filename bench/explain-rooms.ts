/** What bench/explain.mjs measures, as one module: rooms bundled apart would not know each other's values. */
export { buildMesh } from '../src/mesh/index.ts';
export { decodeSources } from '../src/resource/index.ts';
export { compile, route } from '../src/routing/index.ts';
export { admit } from '../src/validation/index.ts';
