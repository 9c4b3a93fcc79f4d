import { runStorageWorker } from './worker.ts';

// The storage thread's own entry file, for processes that run from source.
runStorageWorker();
