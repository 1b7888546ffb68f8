// Types of single icons. Importing from the barrel makes the build read thousands of modules, but only the barrel has types.
declare module '@tabler/icons-react/dist/esm/icons/*' {
  import type { TablerIcon } from '@tabler/icons-react';

  const icon: TablerIcon;
  export default icon;
}
