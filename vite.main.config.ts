import { defineConfig } from 'vite';

/** The main process and the served console: ES modules for Node 24, everything of npm bundled in. */
export default defineConfig({
  // CommonJS modules among the dependencies ask for these, and an ES module does not have them.
  define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist/main',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: { main: 'electron/main.ts', serve: 'electron/serve.ts' },
      external: ['electron'],
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: ['electron'], target: 'node' },
});
