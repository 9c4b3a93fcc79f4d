import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, type Rectangle, screen } from 'electron';

interface SavedBounds extends Rectangle {
  maximized?: boolean;
}

const DEFAULT = { width: 1360, height: 860 };
const file = () => join(app.getPath('userData'), 'window.json');

/** Where the window was last, unless that screen is gone. */
export function lastBounds(): Partial<SavedBounds> {
  try {
    const saved = JSON.parse(readFileSync(file(), 'utf8')) as SavedBounds;
    const { workArea } = screen.getDisplayMatching(saved);
    const visible =
      saved.x < workArea.x + workArea.width &&
      saved.x + saved.width > workArea.x &&
      saved.y >= workArea.y - 40 &&
      saved.y < workArea.y + workArea.height;
    return visible ? saved : { ...DEFAULT, maximized: saved.maximized };
  } catch {
    return DEFAULT; // the first start, or a file cut short
  }
}

/** Remembers where the window is when it closes. */
export function rememberBounds(window: BrowserWindow): void {
  window.on('close', () => {
    const saved: SavedBounds = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      writeFileSync(file(), JSON.stringify(saved));
    } catch {
      // A full disk costs the window its place, no more.
    }
  });
}
