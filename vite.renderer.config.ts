import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { noncePlaceholder } from './electron/bridge/security-headers.ts';

/** The renderer. The same files are served over HTTP and inside Electron. */
export default defineConfig({
  root: 'renderer',
  plugins: [react()],
  html: { cspNonce: noncePlaceholder },
  build: {
    target: 'es2024',
    outDir: '../dist/renderer',
    emptyOutDir: true,
    sourcemap: false,
    // The page's content security policy allows no scripts or styles from data: URLs.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 3000,
  },
});
