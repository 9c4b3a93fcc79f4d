import { contextBridge, ipcRenderer } from 'electron';

const CHANNEL = 'slipway';

/** The only thing the page gets: a pipe for frames, which main checks against the contracts. */
contextBridge.exposeInMainWorld('slipway', {
  post: (frame: unknown) => ipcRenderer.send(CHANNEL, frame),
  onFrame: (listener: (frame: unknown) => void) => {
    ipcRenderer.on(CHANNEL, (_event, frame: unknown) => listener(frame));
  },
});
