const NAME = /^[A-Za-z_]+[A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** True for a name of the IANA time zone database. */
export function isTimeZone(name: string): boolean {
  if (!NAME.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
