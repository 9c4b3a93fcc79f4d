import { closeDialog, openDialog } from '../../state/dialogs.ts';
import { useStore } from '../../state/store.ts';
import { CreateClusterDialog } from './CreateClusterDialog.tsx';
import { CreateYamlDialog } from './CreateYamlDialog.tsx';
import { OperationDialog } from './OperationDialog.tsx';

/** The dialogs that can be opened from anywhere; at most one at a time. */
export function Dialogs() {
  const dialog = useStore(openDialog);
  switch (dialog?.name) {
    case 'create-yaml':
      return <CreateYamlDialog cluster={dialog.cluster} kind={dialog.kind} onClose={closeDialog} />;
    case 'create-cluster':
      return <CreateClusterDialog onClose={closeDialog} />;
    case 'operation':
      return <OperationDialog cluster={dialog.cluster} onClose={closeDialog} />;
    default:
      return null;
  }
}
