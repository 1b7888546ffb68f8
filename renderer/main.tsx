import '@mantine/core/styles.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { keepLive, useConsole, useLink } from './bridge/live.ts';
import { announceNonce, styleNonce } from './bridge/nonce.ts';
import { createQueryClient } from './bridge/queries.ts';

announceNonce();
const cache = createQueryClient();
void keepLive(cache, new AbortController().signal);

/** A first sign of life, until the pages are here. */
function Start() {
  const state = useConsole();
  const link = useLink();
  return (
    <main>
      <h1>Glance Cache Console</h1>
      <p>{link.state}</p>
      <ul>
        {state?.hosts.map((host) => (
          <li key={host.id}>{host.name}</li>
        ))}
      </ul>
    </main>
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('The page has no place to draw on');
createRoot(root).render(
  <StrictMode>
    <MantineProvider getStyleNonce={styleNonce}>
      <QueryClientProvider client={cache}>
        <Start />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
