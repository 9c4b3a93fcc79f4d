import { expect, test } from 'vitest';
import { forwardedHeaders, returnedHeaders } from './forwarded-headers.ts';

test('what proves who the client is goes no further, nor what is meant for this connection', () => {
  const headers = {
    ':authority': 'x',
    host: 'x',
    authorization: 'Bearer t',
    'impersonate-user': 'u',
    'x-remote-user': 'u',
    connection: 'keep-alive, x-hop',
    'x-hop': '1',
    'transfer-encoding': 'chunked',
    accept: 'text/html',
    'x-own': ['1', '2'],
  };
  expect(forwardedHeaders(headers, { upgrade: false })).toEqual({ accept: 'text/html', 'x-own': ['1', '2'] });
});

test('an upgrade is asked for again, without the token among its protocols', () => {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'k',
    'sec-websocket-protocol': 'v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.dA',
  };
  expect(forwardedHeaders(headers, { upgrade: true })).toEqual({
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'k',
    'sec-websocket-protocol': 'v5.channel.k8s.io',
  });
});

test('a backend does not say which origins may read the API', () => {
  expect(returnedHeaders({ 'access-control-allow-origin': '*', connection: 'close', 'content-type': 'text/plain' })).toEqual({
    'content-type': 'text/plain',
  });
});
