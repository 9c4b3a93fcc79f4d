/** How something is: the shape (with its colour) says how good, the word says what exactly. */
export interface Standing {
  level: 'good' | 'busy' | 'bad' | 'done' | 'idle' | 'unknown';
  word: string;
  /** More, for the tooltip. */
  detail?: string | undefined;
}

export const standing = (level: Standing['level'], word: string, detail?: string): Standing => ({
  level,
  word,
  ...(detail ? { detail } : {}),
});
