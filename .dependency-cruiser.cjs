/**
 * The layers, one table: what each folder may import, and why not more. The error names what is allowed.
 * (docs: ARCHITECTURE.md, "The three parts")
 */
const K = 'src/kubernetes';
const components = ['controllers', 'scheduler', 'cloud', 'kubelet', 'proxy', 'dns', 'cni', 'insight'];

/** folder -> folders it may import besides itself */
const layers = {
  'src/base': [],
  [`${K}/machinery`]: ['src/base'],
  [`${K}/api`]: ['src/base', `${K}/machinery`],
  [`${K}/client`]: ['src/base', `${K}/machinery`, `${K}/api`],
  [`${K}/storage`]: ['src/base', `${K}/machinery`],
  [`${K}/apiserver`]: ['src/base', `${K}/machinery`, `${K}/api`, `${K}/storage`],
  ...Object.fromEntries(components.map((name) => [`${K}/${name}`, ['src/base', `${K}/machinery`, `${K}/api`, `${K}/client`]])),
  [`${K}/bin`]: ['src/base', `${K}/`],
  'src/ipc': ['src/base', `${K}/machinery`, `${K}/api`, `${K}/insight/history-api`],
  'src/provision': ['src/base', `${K}/machinery`, `${K}/api`, `${K}/client`, `${K}/bin/node-config`, 'src/ipc'],
  'src/cli': ['src/base', 'src/provision', 'src/ipc', 'src/main/web', `${K}/client`],
  'src/main': ['src/base', `${K}/machinery`, `${K}/api`, `${K}/client`, 'src/provision', 'src/ipc', 'src/cli/paths'],
  'src/renderer': ['src/base', `${K}/machinery`, `${K}/api`, `${K}/insight/history-api`, 'src/ipc'],
};

const escape = (path) => path.replaceAll('/', '\\/');

module.exports = {
  forbidden: [
    ...Object.entries(layers).map(([folder, allowed]) => ({
      name: folder,
      comment: `${folder} may import only itself${allowed.length ? ` and ${allowed.join(', ')}` : ''}`,
      severity: 'error',
      from: { path: `^${escape(folder)}/`, pathNot: '\\.test\\.tsx?$' },
      to: { path: '^src/', pathNot: [folder, ...allowed].map((path) => `^${escape(path)}`) },
    })),
    {
      name: 'only-main-knows-electron',
      comment: 'everything else also runs in the headless host, the CLI or a browser',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/' },
      to: { path: '^(electron|node_modules/electron)' },
    },
    {
      name: 'neutral-folders-use-no-node',
      comment: 'base, machinery, api, ipc and the renderer also run in a browser',
      severity: 'error',
      from: { path: `^(src/base|${K}/machinery|${K}/api|src/ipc|src/renderer)/`, pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-circular', comment: 'two files that need each other are one, or need a third', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'] },
  },
};
