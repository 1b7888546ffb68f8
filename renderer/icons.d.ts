// The icons one by one: their barrel makes the build read thousands of modules. The package types only the barrel.
declare module '@tabler/icons-react/dist/esm/icons/*' {
  import type { TablerIcon } from '@tabler/icons-react';

  const icon: TablerIcon;
  export default icon;
}
