import { notifications } from '@mantine/notifications';
import { t } from '../../i18n/index.ts';

/** Says that something worked; leaves by itself. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 3_000, withBorder: true, closeButtonProps: { 'aria-label': t('common.close') } });
}

/** Says why something did not work, in the server's words; stays until it is closed. */
export function notifyError(title: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  notifications.show({
    title,
    message,
    color: 'red',
    autoClose: false,
    withBorder: true,
    role: 'alert',
    closeButtonProps: { 'aria-label': t('common.close') },
  });
}
