import { ipcRenderer } from 'electron';
import { portOffer } from './contract/transport.ts';

// Passes the port that the page offers to the main process, which checks whose page it is. Nothing else passes.
window.addEventListener('message', (event) => {
  if (event.source !== window || event.origin !== location.origin || event.data !== portOffer) return;
  const [port] = event.ports;
  if (port) ipcRenderer.postMessage(portOffer, null, [port]);
});
