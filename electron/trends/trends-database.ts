import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { migrate, openDatabase } from '../store/database.ts';
import type { DatabaseSchema } from '../store/salvage-database.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Each resolution of a host's points: `step` is its width, `age` how long it is kept. Seconds. */
export const pointRetention = [
  { what: 'looks', step: 1, age: 8 * hour },
  { what: 'minutes', step: 5 * minute, age: 8 * day },
  { what: 'hours', step: hour, age: 92 * day },
  { what: 'days', step: day, age: 730 * day },
] as const;

/** How long the hits of each image are kept per hour and per day. Seconds. */
export const imageRetention = [
  { what: 'imageHours', table: 'hours', column: 'hour', step: hour, age: 8 * day },
  { what: 'imageDays', table: 'days', column: 'day', step: day, age: 92 * day },
] as const;

/**
 * The migrations of the trends database; append only. Times are whole epoch seconds, hours or days. Hosts and images are
 * numbers, so a row of hits takes about 12 bytes.
 *
 * - `points`: a host's state at four resolutions (`pointRetention`): `step` is the width in seconds, 1 for every sample.
 * - `hours`, `days`: hits gained by an image on a host in an hour or a day of UTC.
 * - `seen`: the last reported hit count of each cached image; the next sample is compared with it.
 */
const trendsMigrations: readonly string[] = [
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

/** Hours are counted since 1970, like days: the rows of the two tables differ in nothing else. */
const hourAndDay = 100_000;

/** The tables of the trends database, for opening and for salvaging it. */
export const trendsSchema: DatabaseSchema = {
  what: 'trends',
  // Incremental auto-vacuum (2) returns free pages to the disk. It can only be set before tables exist, or with VACUUM.
  setUp: 'PRAGMA auto_vacuum = INCREMENTAL',
  areas: [
    {
      area: 'trends',
      steps: trendsMigrations,
      rows: {
        hours: z.object({ hour: z.int().min(hourAndDay) }),
        days: z.object({ day: z.int().max(hourAndDay) }),
      },
    },
  ],
};

/** Opens a trends database without a check of its integrity. */
export function openTrendsDatabase(file: string): DatabaseSync {
  const database = openDatabase(file);
  setUpTrends(database);
  return database;
}

/**
 * Prepares an opened trends database. It is a file of its own so that its size limit is exact and its frequent writes do
 * not slow the journal down. A power failure may lose the last seconds; a killed process loses nothing.
 */
export function setUpTrends(database: DatabaseSync): void {
  const { auto_vacuum: mode } = { auto_vacuum: 0, ...database.prepare('PRAGMA auto_vacuum').get() };
  if (mode !== 2) database.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
  database.exec('PRAGMA synchronous = NORMAL');
  migrate(database, 'trends', trendsMigrations);
}
