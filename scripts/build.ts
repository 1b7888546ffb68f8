import { buildAll } from './building.ts';
import { assertNode24 } from './node-version.ts';

assertNode24();
const began = performance.now();
await buildAll();
console.log(`Built dist/ in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
