/** Exits with a message unless this is Node 24, the version that Electron embeds. */
export function assertNode24(): void {
  const [major] = process.versions.node.split('.');
  if (major === '24') return;
  console.error(
    `This needs Node 24, as Electron embeds it; this is Node ${process.versions.node}. ` +
      'npm ci brings it along: start this through npm (npm start, npm run serve), not with node directly.',
  );
  process.exit(1);
}
