import { createStore } from './store.ts';

/** Which dialog that belongs to no page is open. */
export type OpenDialog =
  | { name: 'create-yaml'; cluster: string; kind?: string | undefined }
  | { name: 'create-cluster' }
  | { name: 'operation'; cluster: string }
  | undefined;

export const openDialog = createStore<OpenDialog>(undefined);

export const openCreateYaml = (cluster: string, kind?: string) => openDialog.set({ name: 'create-yaml', cluster, kind });
export const openCreateCluster = () => openDialog.set({ name: 'create-cluster' });
/** The live step list of what is being done to a cluster. */
export const openOperation = (cluster: string) => openDialog.set({ name: 'operation', cluster });
export const closeDialog = () => openDialog.set(undefined);
