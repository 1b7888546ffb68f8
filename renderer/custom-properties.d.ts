import 'react';

declare module 'react' {
  interface CSSProperties {
    /** A custom property that a style sheet uses. */
    [name: `--${string}`]: string;
  }
}
