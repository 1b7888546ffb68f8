// Runs at the end of `npm ci` and `npm install`. An older Node or npm leaves native packages out without an error, and
// the build would then fail with a stack trace. Written for old Nodes: no TypeScript, no recent syntax.

/**
 * The oldest versions that install every package. The programs themselves run on the Node 24 that is installed as a
 * package.
 */
const needed = { node: '20.19.0', npm: '10.0.0' };

/**
 * @param {string} version
 * @param {string} minimum
 */
function isOlder(version, minimum) {
  const [ours, theirs] = [version, minimum].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)));
  for (const [index, part] of theirs.entries()) {
    if (ours[index] !== part) return ours[index] < part;
  }
  return false;
}

// The Node that runs npm; this script may already run on the Node that npm has just installed.
const agent = process.env.npm_config_user_agent || '';
const node = /node\/v(\S+)/.exec(agent)?.[1] ?? process.versions.node;
const npm = /npm\/(\S+)/.exec(agent)?.[1] ?? needed.npm;
if (isOlder(node, needed.node) || isOlder(npm, needed.npm)) {
  console.error(
    `Glance Cache Console requires Node ${needed.node} or newer and npm ${needed.npm} or newer to install; ` +
      `found Node ${node} with npm ${npm}. Install newer versions and run npm ci again.`,
  );
  process.exit(1);
}
