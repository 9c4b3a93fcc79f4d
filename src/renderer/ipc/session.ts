import { appIpc } from '../../ipc/app.ts';
import { IpcClient } from '../../ipc/client.ts';
import { clusterIpc } from '../../ipc/cluster.ts';
import { kubeIpc } from '../../ipc/kube.ts';
import { metricsIpc } from '../../ipc/metrics.ts';
import { execIpc, logsIpc } from '../../ipc/pod-streams.ts';
import { createStore } from '../state/store.ts';
import { desktopPort } from './desktop-port.ts';
import { type LinkState, WebPort } from './web-port.ts';

/** Whether main is reached; always `open` in Electron. */
export const linkState = createStore<LinkState>('connecting');

function openPort() {
  if (window.slipway) {
    linkState.set('open');
    return desktopPort(window.slipway);
  }
  const protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebPort(`${protocol}//${location.host}/ipc`, (state) => linkState.set(state));
}

const client = new IpcClient(openPort());

/** The contracts, ready to call. */
export const app = client.of(appIpc);
export const clusters = client.of(clusterIpc);
export const kube = client.of(kubeIpc);
export const logs = client.of(logsIpc);
export const exec = client.of(execIpc);
export const metrics = client.of(metricsIpc);
