/** The attributes of HTML that hold a link, by the tags that have them. */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
};

/** What is between these tags is no HTML. */
const RAW = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes']);

const TAG = /<([a-z][^\s/>]*)/iy;
const ATTRIBUTE = /[\s/]*([^\s/>=][^\s/>=]*)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/dy;
const END = /[\s/]*>/y;

/** A page whose links went through `rewrite`; all else stays as it is, byte for byte where it is read as Latin-1. */
export function rewriteLinks(html: string, rewrite: (link: string) => string): string {
  const parts: string[] = [];
  let copied = 0;
  for (const [start, end] of linksIn(html)) {
    parts.push(html.slice(copied, start), rewrite(html.slice(start, end)));
    copied = end;
  }
  return parts.concat(html.slice(copied)).join('');
}

type Span = readonly [start: number, end: number];

/** Reads the page once from its begin to its end, whatever it holds: pods may send anything. */
function* linksIn(html: string): Generator<Span, void> {
  let at = 0;
  for (;;) {
    at = html.indexOf('<', at);
    if (at < 0) return;
    if (html.startsWith('<!--', at)) {
      at = html.indexOf('-->', at + 4);
      if (at < 0) return;
      continue;
    }
    const tag = matchAt(TAG, html, at);
    if (!tag) {
      at += 1;
      continue;
    }
    const name = tag[1]!.toLowerCase();
    at = yield* attributesIn(html, at + tag[0].length, LINKS[name] ?? []);
    if (RAW.has(name)) at = closing(name, html, at);
  }
}

function* attributesIn(html: string, from: number, wanted: readonly string[]): Generator<Span, number> {
  let at = from;
  while (!matchAt(END, html, at)) {
    const attribute = matchAt(ATTRIBUTE, html, at);
    if (!attribute) return at + 1;
    const span = attribute.indices?.[2] ?? attribute.indices?.[3] ?? attribute.indices?.[4];
    if (span && wanted.includes(attribute[1]!.toLowerCase())) yield span;
    at += attribute[0].length;
  }
  return at;
}

function closing(name: string, html: string, from: number): number {
  const end = new RegExp(`</${name}`, 'gi');
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
