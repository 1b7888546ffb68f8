/**
 * The tables of trends, step by step; steps are only ever added. Times are whole seconds since the epoch, or whole hours or days of
 * it, and hosts and images are numbers: a row of hits takes about 12 bytes.
 *
 * - `points`: how a host stood, at four widths at once (see ages.ts): `step` is the width in seconds, 1 for each look.
 * - `hours`, `days`: hits gained by an image on a host in an hour or a day of UTC.
 * - `seen`: the count of each cached image that was ever hit, as last told; what the next look is compared with.
 */
export const trendsSteps: readonly string[] = [
  `CREATE TABLE hosts (
     id INTEGER PRIMARY KEY,
     host_id TEXT UNIQUE,
     address TEXT NOT NULL,
     looked_at INTEGER,
     since INTEGER
   ) STRICT;
   CREATE TABLE images (
     id INTEGER PRIMARY KEY,
     image_id TEXT NOT NULL UNIQUE,
     used_on INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE points (
     host INTEGER NOT NULL,
     step INTEGER NOT NULL,
     at INTEGER NOT NULL,
     looked_at INTEGER NOT NULL,
     size INTEGER NOT NULL,
     size_limit INTEGER,
     images INTEGER NOT NULL,
     queued INTEGER NOT NULL,
     hits INTEGER NOT NULL,
     over INTEGER NOT NULL,
     PRIMARY KEY (host, step, at)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE hours (
     host INTEGER NOT NULL,
     hour INTEGER NOT NULL,
     image INTEGER NOT NULL,
     hits INTEGER NOT NULL,
     PRIMARY KEY (host, hour, image)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE days (
     host INTEGER NOT NULL,
     day INTEGER NOT NULL,
     image INTEGER NOT NULL,
     hits INTEGER NOT NULL,
     PRIMARY KEY (host, day, image)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE seen (
     host INTEGER NOT NULL,
     image INTEGER NOT NULL,
     hits INTEGER NOT NULL,
     PRIMARY KEY (host, image)
   ) STRICT, WITHOUT ROWID;`,
];
