// Chromium's window has pages of its own: the list under its address bar is two of them. Each new browser context opens a
// window and loads them, which takes longer than the console's page.
const unused = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/**
 * Features that Playwright 1.65 disables (`chromiumSwitches.ts`) and that could change what a page does. Chromium obeys
 * only the last `--disable-features`.
 */
const disabledByPlaywright = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

/** Command-line arguments of the Chromium that runs the browser specs. */
export const chromiumArguments: string[] = [
  `--disable-features=${[...disabledByPlaywright, ...unused].join(',')}`,
  // Without them the GPU is emulated by the processor, which the page does not need: it draws nothing in 3D.
  '--disable-gpu',
  '--disable-software-rasterizer',
];
