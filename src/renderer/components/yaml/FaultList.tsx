import { useTranslation } from 'react-i18next';
import type { FieldFault } from './field-lines.ts';
import classes from './Yaml.module.css';

/** The server's objections in its own words, with their lines. */
export function FaultList({ faults }: { faults: readonly FieldFault[] }) {
  const { t } = useTranslation();
  if (faults.length === 0) return null;
  return (
    <ul className={classes.faults} role="alert">
      {faults.map((fault) => (
        <li key={`${fault.line} ${fault.message}`}>
          {fault.line === undefined ? null : <strong>{t('yaml.atLine', { line: fault.line })}: </strong>}
          {fault.message}
        </li>
      ))}
    </ul>
  );
}
