/** Exits with a message unless this is Node 24, the version that Electron embeds. */
export function assertNode24(): void {
  const [major] = process.versions.node.split('.');
  if (major === '24') return;
  console.error(
    `Node 24 (the version in Electron) is required; found Node ${process.versions.node}. ` +
      'npm ci installs it: start the console with npm (npm start, npm run serve), not with node directly.',
  );
  process.exit(1);
}
