import { expect, test } from 'vitest';
import { rewriteLinks } from './html-links.ts';

const through = (link: string) => (link.startsWith('/') ? `/proxy${link}` : link);

test.each([
  { name: 'a link', html: '<a href="/here">x</a>', expected: '<a href="/proxy/here">x</a>' },
  { name: 'a relative link', html: '<a href="here">', expected: '<a href="here">' },
  { name: 'other quotes and none', html: "<img src='/a'><IMG alt=/b SRC=/c/>", expected: "<img src='/proxy/a'><IMG alt=/b SRC=/proxy/c/>" },
  {
    name: 'several attributes',
    html: '<video\n poster = "/p" src="/s" muted/>',
    expected: '<video\n poster = "/proxy/p" src="/proxy/s" muted/>',
  },
  { name: 'an attribute of another tag', html: '<p href="/a">', expected: '<p href="/a">' },
  { name: 'a comment', html: '<!-- <a href="/a"> --><a href="/b">', expected: '<!-- <a href="/a"> --><a href="/proxy/b">' },
  {
    name: 'a script',
    html: '<script src="/s">"<a href=/a>"</script><a href=/b>',
    expected: '<script src="/proxy/s">"<a href=/a>"</script><a href=/proxy/b>',
  },
  { name: 'text that only looks like tags', html: '1 < 2 <a', expected: '1 < 2 <a' },
  { name: 'a quote without an end', html: '<a href="/a>', expected: '<a href="/a>' },
])('$name', ({ html, expected }) => {
  expect(rewriteLinks(html, through)).toBe(expected);
});

test('a page made to be slow is not', () => {
  const html = '<a href="'.repeat(200_000);
  expect(rewriteLinks(html, through)).toHaveLength(html.length);
});
