import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, type RenderResult, render } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { Router } from 'wouter';
import type { ConsoleEvent } from '../../electron/contract/contract.ts';
import { preferences } from '../../electron/contract/settings.ts';
import type { ConsoleState } from '../bridge/console-state.ts';
import { createQueryClient } from '../bridge/queries.ts';
import { eventReceiver } from '../bridge/subscribe-to-events.ts';
import { currentAddress, navigate, useHashLocation } from '../lib/hash-location.ts';
import { mantineTheme } from '../theme/mantine-theme.ts';
import { answerWith, type Procedures } from './fake-client.ts';

type Options = {
  /** The state that the main process has sent; the rest is empty. */
  state?: Partial<ConsoleState>;
  /** The answers of the main process, by procedure. */
  procedures?: Procedures;
  /** The address of the page. */
  path?: string;
};

type Rendered = RenderResult & {
  user: UserEvent;
  cache: QueryClient;
  /** Sends an event of the main process to the page. */
  receive: (event: ConsoleEvent) => void;
  /** The address of the page now. */
  address: () => string;
};

/** Renders a part of the page as the whole page would: with the theme, the query cache, an address and a main process. */
export function renderPage(content: ReactNode, { state = {}, procedures = {}, path = '/' }: Options = {}): Rendered {
  answerWith(procedures);
  const cache = createQueryClient();
  const receive = eventReceiver(cache);
  receive({ type: 'state', ...emptyState, ...state });
  navigate(path, { replace: true });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <MantineProvider theme={mantineTheme} env="test">
      <QueryClientProvider client={cache}>
        <Router hook={useHashLocation}>
          {children}
          <Notifications />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
  const result = render(content, { wrapper });
  return {
    ...result,
    user: userEvent.setup(),
    cache,
    receive: (event) => act(() => receive(event)),
    address: currentAddress,
  };
}

const emptyState: ConsoleState = {
  preferences: preferences.parse({}),
  clouds: [],
  hosts: [],
  fleet: { distinctImages: 0 },
  operations: [],
  questions: [],
  storage: null,
};
