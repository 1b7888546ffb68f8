import { defineConfig } from 'vite';

/** The main process and the served console: ES modules for Node 24, with all npm packages bundled. */
export default defineConfig({
  // CommonJS dependencies use these variables, which an ES module does not have.
  define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist/main',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: 'electron/main.ts',
        serve: 'electron/serve.ts',
        'answer-thread': 'electron/answer-thread.ts',
      },
      external: ['electron'],
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: ['electron'], target: 'node' },
});
