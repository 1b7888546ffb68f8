import 'react';

declare module 'react' {
  interface CSSProperties {
    /** A custom property, for a style sheet to use. */
    [name: `--${string}`]: string;
  }
}
