/** The journal's tables, step by step; steps are only ever added. */
export const journalSteps: readonly string[] = [
  `CREATE TABLE operations (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL,
     what TEXT,
     title TEXT NOT NULL,
     state TEXT NOT NULL,
     started_at INTEGER NOT NULL,
     ended_at INTEGER,
     host_ids TEXT NOT NULL,
     counts TEXT NOT NULL,
     total INTEGER NOT NULL,
     actual_images INTEGER NOT NULL,
     actual_bytes REAL NOT NULL
   ) STRICT;
   CREATE INDEX operations_by_time ON operations (started_at);
   CREATE TABLE operation_targets (
     operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
     position INTEGER NOT NULL,
     host_id TEXT NOT NULL,
     host_name TEXT NOT NULL,
     image_id TEXT,
     image_name TEXT,
     expected_images INTEGER,
     expected_bytes REAL,
     state TEXT NOT NULL,
     text TEXT,
     failure TEXT,
     actual_images INTEGER,
     actual_bytes REAL,
     tries INTEGER NOT NULL DEFAULT 0,
     sent_at INTEGER,
     ended_at INTEGER,
     PRIMARY KEY (operation_id, position)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX operation_targets_by_host ON operation_targets (host_id, image_id);`,
  `DROP INDEX operation_targets_by_host;
   CREATE INDEX operation_targets_of_host ON operation_targets (operation_id, host_id);
   CREATE INDEX operation_targets_by_image ON operation_targets (image_id) WHERE image_id IS NOT NULL;
   CREATE TABLE operation_images (
     image_id TEXT PRIMARY KEY,
     image_name TEXT
   ) STRICT, WITHOUT ROWID;
   INSERT INTO operation_images SELECT image_id, max(image_name) FROM operation_targets
     WHERE image_id IS NOT NULL GROUP BY image_id;`,
  `ALTER TABLE operation_targets ADD COLUMN rung TEXT;
   ALTER TABLE operation_targets ADD COLUMN planned_access REAL;`,
  `CREATE TABLE operation_output (
     operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
     host_id TEXT NOT NULL,
     number INTEGER NOT NULL,
     stream TEXT NOT NULL,
     text TEXT NOT NULL,
     PRIMARY KEY (operation_id, host_id, number)
   ) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE operation_targets ADD COLUMN step TEXT;
   ALTER TABLE operations ADD COLUMN freed_images INTEGER;
   ALTER TABLE operations ADD COLUMN freed_bytes REAL;`,
];
