/**
 * Which folder of `lib` may import which (docs/architecture.md). The folder itself and `domain` are always allowed; what is not listed is not. `test` may
 * import everything. All but `run` import `evaluate` only for its checks and their registry. Read by the lint rule `layers/direction` and by the test of the layout.
 */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  evaluate: [],
  collect: [],
  record: [],
  route: ['evaluate'],
  reconcile: ['evaluate', 'route'],
  config: ['deliver', 'evaluate', 'route'],
  deliver: ['evaluate', 'reconcile', 'record', 'route'],
  render: ['evaluate', 'reconcile', 'route'],
  ports: ['config', 'deliver', 'reconcile', 'record', 'route'],
  runbooks: ['evaluate', 'render'],
  recovery: ['deliver', 'evaluate', 'ports', 'reconcile', 'record', 'route'],
  people: ['config', 'deliver', 'evaluate', 'ports', 'reconcile', 'record', 'route'],
  run: ['config', 'deliver', 'evaluate', 'people', 'ports', 'reconcile', 'record', 'recovery', 'render', 'route'],
  wire: ['collect', 'config', 'deliver', 'people', 'ports', 'record', 'recovery', 'render', 'route', 'run', 'runbooks'],
  app: ['config', 'evaluate', 'people', 'render', 'runbooks', 'wire'],
  // The demo runs on the emulators of `test`.
  scripts: [
    'collect',
    'config',
    'deliver',
    'evaluate',
    'people',
    'ports',
    'record',
    'recovery',
    'render',
    'run',
    'runbooks',
    'test',
    'wire',
  ],
};

/** Folders that decide by their arguments alone: no clock, chance, network, process, package or Node module. */
export const PURE: readonly string[] = ['domain', 'evaluate', 'reconcile', 'route', 'render', 'runbooks'];
