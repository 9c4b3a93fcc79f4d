/**
 * The layers, one table: each folder, what it may import besides itself, and why not more. ARCHITECTURE.md tells it in
 * words. Entries are path prefixes; the first folder that holds a file is the one that counts.
 */
export interface Layer {
  folder: string;
  mayImport: readonly string[];
  because: string;
  /** May use Node's modules. */
  node: boolean;
  /** May import `electron`. */
  electron?: boolean;
}

const K = 'src/kubernetes';
const MODEL = ['src/base', `${K}/machinery`, `${K}/api`];

const component = (name: string): Layer => ({
  folder: `${K}/${name}`,
  mayImport: [...MODEL, `${K}/client`],
  because: 'components meet only through the API server',
  node: true,
});

export const LAYERS: readonly Layer[] = [
  { folder: 'src/base', mayImport: [], because: 'it knows no domain', node: false },
  { folder: `${K}/machinery`, mayImport: ['src/base'], because: 'it knows no kinds', node: false },
  { folder: `${K}/api`, mayImport: ['src/base', `${K}/machinery`], because: 'kinds know nothing of who serves or uses them', node: false },
  { folder: `${K}/client`, mayImport: MODEL, because: 'every component builds on it', node: true },
  { folder: `${K}/storage`, mayImport: ['src/base', `${K}/machinery`], because: 'it stores bytes, not kinds', node: true },
  { folder: `${K}/apiserver`, mayImport: [...MODEL, `${K}/storage`], because: 'the server is nobody’s client', node: true },
  ...['controllers', 'scheduler', 'cloud', 'kubelet', 'proxy', 'dns', 'cni', 'insight'].map(component),
  { folder: `${K}/bin`, mayImport: ['src/base', `${K}/`], because: 'an entry knows its component only', node: true },
  {
    folder: 'src/ipc',
    mayImport: [...MODEL, `${K}/insight/history-api.ts`],
    because: 'contracts are shared by both sides',
    node: false,
  },
  {
    folder: 'src/provision',
    mayImport: [...MODEL, `${K}/client`, `${K}/bin/node-config.ts`, 'src/ipc'],
    because: 'it sees clusters from outside',
    node: true,
  },
  { folder: 'src/cli', mayImport: ['src/base', 'src/ipc', 'src/provision'], because: 'it offers what provision does', node: true },
  {
    folder: 'src/main',
    mayImport: [...MODEL, `${K}/client`, 'src/ipc', 'src/provision'],
    because: 'the app is a client like any other',
    node: true,
    electron: true,
  },
  {
    folder: 'src/renderer',
    mayImport: [...MODEL, `${K}/insight/history-api.ts`, 'src/ipc'],
    because: 'it runs in a browser and holds no credentials',
    node: false,
  },
];
