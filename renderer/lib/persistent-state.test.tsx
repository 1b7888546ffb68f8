import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPage } from '../testing/render.tsx';
import { isString, resetWindowState, usePersistentState, useWindowState } from './persistent-state.ts';

function Filter() {
  const [text, setText] = usePersistentState('test.filter', 'none', isString);
  return <input aria-label="Filter" value={text} onChange={(event) => setText(event.target.value)} />;
}

function Selected() {
  const [count, setCount] = useWindowState('test.count', 0);
  return (
    <button type="button" onClick={() => setCount((before) => before + 1)}>
      {count} selected
    </button>
  );
}

test('a persistent value survives navigation and a restart', async () => {
  const first = renderPage(<Filter />);
  await first.user.clear(screen.getByRole('textbox'));
  await first.user.type(screen.getByRole('textbox'), 'ubuntu');
  first.unmount();
  const second = renderPage(<Filter />);
  expect(screen.getByRole('textbox')).toHaveProperty('value', 'ubuntu');
  second.unmount();
  resetWindowState();
  renderPage(<Filter />);
  expect(screen.getByRole('textbox')).toHaveProperty('value', 'ubuntu');
});

test.each(['7', '{', 'null'])('a stored value that is not valid (%s) is not used', (text) => {
  localStorage.setItem('console.kept.test.filter', text);
  renderPage(<Filter />);
  expect(screen.getByRole('textbox')).toHaveProperty('value', 'none');
});

test('components with the same key share the value', async () => {
  const { user } = renderPage([<Selected key="a" />, <Selected key="b" />]);
  const [first] = screen.getAllByRole('button', { name: '0 selected' });
  if (first) await user.click(first);
  expect(screen.getAllByRole('button', { name: '1 selected' })).toHaveLength(2);
});

test('a window value survives navigation but not a restart', async () => {
  const first = renderPage(<Selected />);
  await first.user.click(screen.getByRole('button'));
  first.unmount();
  const second = renderPage(<Selected />);
  expect(screen.getByRole('button').textContent).toBe('1 selected');
  second.unmount();
  resetWindowState();
  renderPage(<Selected />);
  expect(screen.getByRole('button').textContent).toBe('0 selected');
});
