/**
 * Records of `cached_images` that break what the API promises, for `HostControl.node.oddCached`: a page must show each as
 * odd and lose nothing else.
 */
export const oddCachedRecords: readonly unknown[] = [
  { image_id: '8f3b1f5e-0000-4000-8000-000000000001' },
  { image_id: '8f3b1f5e-0000-4000-8000-000000000002', hits: 1, last_accessed: 1.7e9, last_modified: 1.7e9, size: -1 },
  {
    image_id: '8f3b1f5e-0000-4000-8000-000000000003',
    hits: '7',
    last_accessed: '1.7e9',
    last_modified: '',
    size: '12',
  },
  { image_id: '', hits: 0, last_accessed: 1.7e9, last_modified: 1.7e9, size: 1 },
  { image_id: 17, hits: 0, last_accessed: 1.7e9, last_modified: 1.7e9, size: 1 },
  { image_id: '<img src=x onerror=alert(1)>', hits: 0, last_accessed: 1.7e9, last_modified: 1.7e9, size: 1 },
  { image_id: '8f3b1f5e-0000-4000-8000-000000000004', hits: 0, last_accessed: 1e300, last_modified: -5, size: 1e300 },
  { hits: 0, last_accessed: 1.7e9, last_modified: 1.7e9, size: 1 },
  ['8f3b1f5e-0000-4000-8000-000000000005'],
  'not a record',
  null,
  42,
];

/** Entries of `queued_images` that are no image ids, for `HostControl.node.oddQueued`. */
export const oddQueuedEntries: readonly unknown[] = ['not-a-uuid', '', null, 7, { id: 'x' }, '../../etc/passwd'];
