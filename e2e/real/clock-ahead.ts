/**
 * Loaded into a console before everything else (`--import`). On SIGUSR2 its clock advances by 15 minutes, so that a
 * test sees the console as after a long wait.
 */
const ahead = 15 * 60_000;
let offset = 0;
const now = Date.now.bind(Date);
Date.now = () => now() + offset;
process.on('SIGUSR2', () => {
  offset += ahead;
});
