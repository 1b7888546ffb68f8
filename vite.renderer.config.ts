import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { noncePlaceholder } from './electron/bridge/security-headers.ts';

/** What the operator sees, for Chromium. The same files are served over HTTP and inside Electron. */
export default defineConfig({
  root: 'renderer',
  plugins: [react()],
  html: { cspNonce: noncePlaceholder },
  build: {
    target: 'es2024',
    outDir: '../dist/renderer',
    emptyOutDir: true,
    sourcemap: false,
    // A data: address is nothing that the page's policy allows scripts and styles to come from.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 3000,
  },
});
