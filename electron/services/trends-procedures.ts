import { ExpectedFailure } from '../contract/failure.ts';
import type { Implementer, Rooms } from './rooms.ts';

export function trendsProcedures(os: Implementer, { trends, fleet }: Rooms) {
  const { host, image, sparks, kept } = os.trends;
  return {
    host: host.handler(({ input }) => trends.host(input.id, input.span) ?? missing()),
    image: image.handler(({ input: { imageId, hostId, span } }) =>
      trends.image(imageId, hostId === undefined ? fleet.summaries().map(({ id }) => id) : [hostId], span),
    ),
    sparks: sparks.handler(() => trends.sparks()),
    kept: kept.handler(() => trends.kept()),
  };
}

function missing(): never {
  throw new ExpectedFailure({
    code: 'notFound',
    message: 'This host is not in the console (any more).',
    remedy: 'It may have been removed meanwhile. Go back to the fleet.',
  });
}
