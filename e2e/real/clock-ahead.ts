/**
 * Loaded into a console before all else (`--import`): at SIGUSR2 its clock goes ahead by a quarter of an hour, so that a test
 * sees what an operator sees who waited that long.
 */
const ahead = 15 * 60_000;
let offset = 0;
const now = Date.now.bind(Date);
Date.now = () => now() + offset;
process.on('SIGUSR2', () => {
  offset += ahead;
});
