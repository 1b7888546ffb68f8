import { render, screen } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutName, MiddleTruncate } from './middle-truncate.tsx';

/** The name as the page shows it, where `width` characters fit. */
const shown = (text: string, width: number, host = false) =>
  cutName(text, host, (one) => one.length <= width)
    .map((part, index) => (index % 2 === 0 ? part : '…'))
    .join('');

describe('a name that does not fit', () => {
  test.each([
    ['team-web-ubuntu-24.04-server-2026w37', 21, 'team-web-u…er-2026w37'],
    ['glance-01', 9, 'glance-01'],
    ['glance-01', 6, 'gla…01'],
  ])('%s in %d characters is cut in the middle', (text, width, expected) => {
    expect(shown(text, width)).toBe(expected);
  });

  test.each([
    ['glance-api-controller-01.eu-central-1.example.net', 30, 'glance-api-controller-01…'],
    ['glance-api-controller-01.eu-central-1.example.net', 15, 'glance-…ler-01…'],
    ['10.20.30.40', 9, '10.2…0.40'],
  ])('of the host %s loses its domain first', (text, width, expected) => {
    expect(shown(text, width, true)).toBe(expected);
  });

  test('is complete, and fits if there is space for four characters and the marks', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
        fc.integer({ min: 6, max: 60 }),
        (text, width) => {
          const parts = cutName(text, true, (one) => one.length <= width);
          expect(parts.join('')).toBe(text);
          expect(shown(text, width, true).length).toBeLessThanOrEqual(Math.max(width, 6));
        },
      ),
    );
  });
});

test('has its whole text as title', () => {
  render(<MiddleTruncate text="glance-01.example.net" host />);
  expect(screen.getByTitle('glance-01.example.net').textContent).toBe('glance-01.example.net');
});
