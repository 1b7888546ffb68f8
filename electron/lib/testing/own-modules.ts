import { vi } from 'vitest';

// Runs before each test file. Files share a process, which loads packages once; each file gets instances of its own of the
// console's modules, so that what these hold, such as the secrets in use, ends with the file.
vi.resetModules();
