/** Who the app is in managedFields. */
export const FIELD_MANAGER = 'slipway';
