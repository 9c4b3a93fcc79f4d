/** Light descriptors of every kind that upstream has a client for: enough to call the API, nothing to validate with. */
export * from './generated/resources.ts';
