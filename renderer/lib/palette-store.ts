import { createSpotlight } from '@mantine/spotlight';

const [store, actions] = createSpotlight();

/** The state of the command palette: whether it is open, and the typed text. */
export const paletteStore = store;

/** Opens and closes the command palette. */
export const palette = actions;
