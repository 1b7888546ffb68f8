import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, Platform } from 'electron-builder';
import { buildAll, projectDirectory } from './building.ts';
import { assertNode24 } from './node-version.ts';

// npm run dist [-- --dir] [-- --electron DIR]: packages the desktop console for this platform into release/.
//   --dir           only the unpacked directory, which needs no packaging tools
//   --electron DIR  an unpacked Electron to take instead of downloading one

assertNode24();
const { values } = parseArgs({ options: { dir: { type: 'boolean' }, electron: { type: 'string' } } });
await buildAll();
const written = await build({
  projectDir: projectDirectory,
  targets: Platform.current().createTarget(values.dir ? 'dir' : null),
  publish: 'never',
  config: {
    ...(values.electron === undefined ? {} : { electronDist: values.electron }),
  },
});
console.log(written.length > 0 ? written.join('\n') : `Unpacked in ${join(projectDirectory, 'release')}`);
