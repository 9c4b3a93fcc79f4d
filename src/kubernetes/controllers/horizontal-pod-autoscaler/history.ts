/** A number of replicas that metrics asked for. */
export interface Recommendation {
  readonly replicas: number;
  readonly at: number;
}

/** By how many replicas a target was scaled. */
export interface Rescale {
  readonly change: number;
  readonly at: number;
}

/** What an autoscaler did and would have done, as far back as its rules look. */
export interface History {
  recommendations: Recommendation[];
  ups: Rescale[];
  downs: Rescale[];
}

export function newHistory(replicas: number, at: number): History {
  return { recommendations: [{ replicas, at }], ups: [], downs: [] };
}

/** Adds a recommendation and forgets those that are older than `longest` milliseconds. */
export function recommend(history: History, recommendation: Recommendation, longest: number): void {
  const kept = history.recommendations.filter(({ at }) => at >= recommendation.at - longest);
  history.recommendations = [...kept, recommendation];
}

/** Adds what was done and forgets what is older than `longest` milliseconds. */
export function rescaled(history: History, from: number, to: number, at: number, longest: { up: number; down: number }): void {
  const recent = (rescales: readonly Rescale[], period: number) => rescales.filter((rescale) => rescale.at >= at - period);
  if (to > from) history.ups = [...recent(history.ups, longest.up), { change: to - from, at }];
  else history.downs = [...recent(history.downs, longest.down), { change: from - to, at }];
}

/** How many replicas came, or went, within the last `period` milliseconds. */
export function changeWithin(rescales: readonly Rescale[], period: number, now: number): number {
  return rescales.filter(({ at }) => at > now - period).reduce((sum, { change }) => sum + change, 0);
}
