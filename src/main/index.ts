import { resolve } from 'node:path';
import { app, BrowserWindow, dialog } from 'electron';
import { describeError } from '../base/errors.ts';
import { localClusterService } from '../provision/local-service.ts';
import { type AppHost, createAppHost } from './app-host.ts';
import { attachWindow } from './desktop/ipc-port.ts';
import { setMenu } from './desktop/menu.ts';
import { registerPageScheme, servePage } from './desktop/page-protocol.ts';
import { denyPermissions, loadPage, openWindow } from './desktop/window.ts';

/** The Electron app: one instance, one window, everything else behind the contracts of `src/ipc`. */
async function start(): Promise<void> {
  setMenu();
  denyPermissions();
  servePage(resolve(import.meta.dirname, '../renderer'));
  const host = createAppHost({ clusters: await localClusterService(), version: app.getVersion(), host: 'desktop' });
  app.on('before-quit', () => host[Symbol.dispose]());
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) show(host);
  });
  show(host);
}

function show(host: AppHost): void {
  const window = openWindow();
  attachWindow(host.ipc, window.webContents);
  loadPage(window).catch((error: unknown) => dialog.showErrorBox('Slipway', describeError(error)));
}

function focusWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.focus();
}

// As root (containers, CI) Chromium has no sandbox, and saying otherwise ends every child process.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerPageScheme();
if (app.requestSingleInstanceLock()) {
  app.on('second-instance', focusWindow);
  app.on('window-all-closed', () => app.quit());
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      dialog.showErrorBox('Slipway could not start', describeError(error));
      app.exit(1);
    });
} else {
  app.quit();
}
