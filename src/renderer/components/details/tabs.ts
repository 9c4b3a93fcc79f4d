const TABS = ['summary', 'events', 'yaml'] as const;

/** The parts of an object's details; part of the address. */
export type DetailsTab = (typeof TABS)[number];

export const isDetailsTab = (value: unknown): value is DetailsTab => TABS.includes(value as DetailsTab);
