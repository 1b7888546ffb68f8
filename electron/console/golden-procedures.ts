import { ExpectedFailure } from '../contract/failure.ts';
import type { Implementer, Rooms } from './rooms.ts';

function notYet(): never {
  throw new ExpectedFailure({
    code: 'unsupported',
    message: 'Golden sets are not there yet.',
    remedy: 'They come with a later console.',
  });
}

export function goldenProcedures({ golden: os }: Implementer, _: Rooms) {
  return {
    list: os.list.handler(() => ({ sets: [] })),
    save: os.save.handler(notYet),
    remove: os.remove.handler(notYet),
    preview: os.preview.handler(notYet),
    drift: os.drift.handler(() => ({ sets: [] })),
    differences: os.differences.handler(notYet),
    targets: os.targets.handler(notYet),
    export: os.export.handler(notYet),
    import: os.import.handler(notYet),
    membership: os.membership.handler(() => ({ sets: [] })),
  };
}
