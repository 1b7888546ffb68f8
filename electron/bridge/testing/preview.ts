import { stubConsole } from './stub-console.ts';

/** Stands in for the console until it is there: the pages can be opened, and are empty. */
export async function previewConsole(_options: object) {
  return { ...stubConsole().served, notices: [] as string[], close: async () => [] as string[] };
}
