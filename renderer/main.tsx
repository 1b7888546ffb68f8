import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/mantine.css';
import './theme/controls.css';
import './components/small.css';
import './components/page.css';
import './app/shell.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { App } from './app.tsx';
import { keepLive } from './bridge/live.ts';
import { announceNonce, styleNonce } from './bridge/nonce.ts';
import { createQueryClient } from './bridge/queries.ts';
import { mantineTheme } from './theme/mantine-theme.ts';

announceNonce();
const cache = createQueryClient();
void keepLive(cache, new AbortController().signal);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no place to draw on');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={mantineTheme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={cache}>
        <Router hook={useHashLocation}>
          <App />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
