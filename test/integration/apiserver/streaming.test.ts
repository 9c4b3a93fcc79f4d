import { type EventEmitter, once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { createServer, request as httpsRequest, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const PODS = '/api/v1/namespaces/default/pods';

let server: TestApiServer;
let kubelet: Server;
/** What the kubelet was asked, in order. */
const asked: { method?: string; url?: string; headers: NodeJS.Dict<string | string[]> }[] = [];
/** The kubelet's end of the log that is being followed. */
let following: EventEmitter | undefined;
/** Ends the followed log. */
let endLog = () => {};

beforeAll(async () => {
  server = await startApiServer();
  const serving = await server.sign({ commonName: 'localhost', hosts: ['localhost'] });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  kubelet = createServer({ ...serving, ca: server.ca, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    asked.push({ ...request, method: request.method, url: request.url, headers: request.headers });
    if (request.url?.includes('follow=true')) {
      response.write('first\n');
      following = response;
      endLog = () => response.end('last\n');
    } else if (request.url?.includes('previous=true')) {
      response.statusCode = 400;
      response.end('previous terminated container "a" in pod "web" not found');
    } else if (request.url?.startsWith('/redirect')) {
      response.writeHead(302, { location: '/elsewhere', 'access-control-allow-origin': '*' });
      response.end();
    } else if (request.method === 'POST') request.pipe(response);
    else response.end('hello\n');
  });
  kubelet.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    asked.push({ method: request.method, url: request.url, headers: request.headers });
    if (request.url?.includes('command=refuse')) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nno way');
    } else if (request.headers.upgrade === 'SPDY/3.1') {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n',
      );
      socket.pipe(socket);
    } else {
      sockets.handleUpgrade(request, socket, head, (connection) => {
        connection.on('message', (data) => connection.send(data));
      });
    }
  });
  kubelet.listen(0, 'localhost');
  await once(kubelet, 'listening');
  const { port } = kubelet.address() as AddressInfo;
  await server.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'localhost' } } });
  const status = {
    addresses: [
      { type: 'InternalIP', address: '192.0.2.9' },
      { type: 'Hostname', address: 'localhost' },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  const patch = { headers: { 'content-type': 'application/merge-patch+json' } };
  await server.call('PATCH', '/api/v1/nodes/localhost/status', { ...patch, body: { status } });
  await server.call('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'default' } } });
  const container = (name: string) => ({ name, image: 'img:1' });
  await server.call('POST', PODS, { body: { metadata: { name: 'web' }, spec: { nodeName: 'localhost', containers: [container('a')] } } });
  await server.call('POST', PODS, {
    body: {
      metadata: { name: 'two' },
      spec: { nodeName: 'localhost', initContainers: [container('i')], containers: [container('a'), container('b')] },
    },
  });
  await server.call('POST', PODS, { body: { metadata: { name: 'waiting' }, spec: { containers: [container('a')] } } });
});
afterAll(async () => {
  kubelet.closeAllConnections();
  kubelet.close();
  await server[Symbol.asyncDispose]();
});

const headers = () => ({ authorization: `Bearer ${server.token}` });
const lastAsked = () => asked.at(-1);

describe('logs', () => {
  test('come from the kubelet, with the options it knows', async () => {
    const answer = await server.call('GET', `${PODS}/web/log?tailLines=5&timestamps=true&sinceSeconds=60&limitBytes=100`);
    expect(answer).toMatchObject({ code: 200, text: 'hello\n', headers: { 'content-type': 'text/plain' } });
    expect(lastAsked()?.url).toBe('/containerLogs/default/web/a?timestamps=true&sinceSeconds=60&tailLines=5&limitBytes=100');
    expect(lastAsked()?.headers.authorization).toBeUndefined();
  });

  test('are passed on line by line while they are followed', async () => {
    const request = httpsRequest(`${server.url}${PODS}/web/log?follow=true`, { ca: server.ca, headers: headers() }).end();
    const [response] = await once(request, 'response');
    response.setEncoding('utf8');
    expect((await once(response, 'data'))[0]).toBe('first\n');
    endLog();
    expect((await once(response, 'data'))[0]).toBe('last\n');
  });

  test('are followed over HTTP/2 too, and the kubelet is told when the reader leaves', async () => {
    const session = connectHttp2(server.url, { ca: server.ca });
    const stream = session.request({ ':path': `${PODS}/web/log?follow=true`, ...headers() });
    stream.setEncoding('utf8');
    expect((await once(stream, 'response'))[0]).toMatchObject({ ':status': 200, 'content-type': 'text/plain' });
    expect((await once(stream, 'data'))[0]).toBe('first\n');
    const left = once(following as EventEmitter, 'close');
    stream.close();
    await left;
    session.close();
  });

  test.each([
    { path: 'two/log', code: 400, message: 'a container name must be specified for pod two, choose one of: [i a b]' },
    { path: 'two/log?container=x', code: 400, message: 'container x is not valid for pod two' },
    { path: 'none/log', code: 404, message: 'pods "none" not found' },
    { path: 'web/log?previous=true', code: 400, message: 'previous terminated container "a" in pod "web" not found' },
    {
      path: 'web/log?tailLines=-1',
      code: 422,
      message: 'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    },
  ])('$path: $message', async ({ path, code, message }) => {
    expect(await server.call('GET', `${PODS}/${path}`)).toMatchObject({ code, body: { message } });
  });

  test('of a pod without a node are empty', async () => {
    expect(await server.call('GET', `${PODS}/waiting/log`)).toMatchObject({ code: 204, text: '' });
  });

  const overWebSocket = (path: string, protocols: string[]) =>
    new WebSocket(`${server.url.replace('https', 'wss')}${PODS}/${path}`, protocols, { ca: server.ca, headers: headers() });

  test.each([
    { protocols: [], protocol: '', messages: [Buffer.from(''), Buffer.from('hello\n')] },
    { protocols: ['binary.k8s.io'], protocol: 'binary.k8s.io', messages: [Buffer.from(''), Buffer.from('hello\n')] },
    { protocols: ['else', 'base64.binary.k8s.io'], protocol: 'base64.binary.k8s.io', messages: ['', 'aGVsbG8K'] },
  ])('come as messages of a WebSocket: $protocols', async ({ protocols, protocol, messages }) => {
    const socket = overWebSocket('web/log?tailLines=5', protocols);
    const seen: unknown[] = [];
    socket.on('message', (data: Buffer, binary) => seen.push(binary ? data : data.toString()));
    const [code] = await once(socket, 'close');
    expect({ code, seen, protocol: socket.protocol }).toEqual({ code: 1000, seen: messages, protocol });
  });

  test('the kubelet is told when the reader of a WebSocket leaves', async () => {
    const socket = overWebSocket('web/log?follow=true', ['binary.k8s.io']);
    const seen: string[] = [];
    socket.on('message', (data) => seen.push(String(data)));
    while (!seen.includes('first\n')) await once(socket, 'message');
    const left = once(following as EventEmitter, 'close');
    socket.close();
    await left;
  });

  test.each([
    { path: 'none/log', protocols: ['binary.k8s.io'], code: 404 },
    { path: 'web/log', protocols: ['v4.channel.k8s.io'], code: 403 },
    { path: 'waiting/log', protocols: ['binary.k8s.io'], code: 204 },
  ])('a WebSocket for $path by $protocols is refused: $code', async ({ path, protocols, code }) => {
    const [error] = await once(overWebSocket(path, protocols), 'error');
    expect(error.message).toBe(`Unexpected server response: ${code}`);
  });
});

describe('exec', () => {
  function connect(path: string, protocols: string[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io']): WebSocket {
    return new WebSocket(`${server.url.replace('https', 'wss')}${path}`, protocols, { ca: server.ca, headers: headers() });
  }

  test('joins the client and the kubelet', async () => {
    const socket = connect(`${PODS}/web/exec?command=cat&command=-&stdin=true&stdout=true&tty=false`);
    await once(socket, 'open');
    expect(socket.protocol).toBe('v5.channel.k8s.io');
    expect(lastAsked()?.url).toBe('/exec/default/web/a?input=1&output=1&command=cat&command=-');
    socket.send(Buffer.from([0, 104, 105]));
    expect((await once(socket, 'message'))[0]).toEqual(Buffer.from([0, 104, 105]));
    socket.close();
    await once(socket, 'close');
  });

  test('a browser may send its token as a subprotocol, which goes no further', async () => {
    const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from(server.token).toString('base64url')}`;
    const socket = new WebSocket(`${server.url.replace('https', 'wss')}${PODS}/web/attach?stdout=true`, ['v5.channel.k8s.io', bearer], {
      ca: server.ca,
    });
    await once(socket, 'open');
    expect(lastAsked()).toMatchObject({
      url: '/attach/default/web/a?output=1',
      headers: { 'sec-websocket-protocol': 'v5.channel.k8s.io' },
    });
    socket.close();
    await once(socket, 'close');
  });

  test('what the kubelet refuses is refused, and the connection ends', async () => {
    const socket = connect(`${PODS}/web/exec?command=refuse`);
    const [error] = await once(socket, 'error');
    expect(error.message).toBe('Unexpected server response: 403');
  });

  test('without permission nothing reaches the kubelet', async () => {
    const before = asked.length;
    const client = await server.sign({ commonName: 'ann' });
    const socket = new WebSocket(`${server.url.replace('https', 'wss')}${PODS}/web/exec?command=sh`, ['v5.channel.k8s.io'], {
      ca: server.ca,
      ...client,
    });
    const [error] = await once(socket, 'error');
    expect(error.message).toBe('Unexpected server response: 403');
    expect(asked.length).toBe(before);
  });

  test('without an upgrade there is nothing to exec', async () => {
    expect(await server.call('POST', `${PODS}/web/exec?command=sh`)).toMatchObject({
      code: 400,
      body: { message: 'Upgrade request required' },
    });
    expect(await server.call('GET', `${PODS}/waiting/exec?command=sh`)).toMatchObject({
      code: 400,
      body: { message: 'pod waiting does not have a host assigned' },
    });
  });
});

test('port-forward over SPDY goes through byte by byte', async () => {
  const request = httpsRequest(`${server.url}${PODS}/web/portforward`, {
    method: 'POST',
    ca: server.ca,
    headers: { ...headers(), connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'portforward.k8s.io' },
  }).end();
  const [response, socket] = await once(request, 'upgrade');
  expect(response.headers).toMatchObject({ upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'portforward.k8s.io' });
  expect(lastAsked()).toMatchObject({
    method: 'POST',
    url: '/portForward/default/web',
    headers: { 'x-stream-protocol-version': 'portforward.k8s.io' },
  });
  socket.write('any bytes');
  expect(String((await once(socket, 'data'))[0])).toBe('any bytes');
  socket.destroy();
});

describe('proxies', () => {
  test('the kubelet of a node, with path, query and body', async () => {
    expect((await server.call('GET', '/api/v1/nodes/localhost/proxy/stats/summary?only=cpu')).text).toBe('hello\n');
    expect(lastAsked()).toMatchObject({
      url: '/stats/summary?only=cpu',
      headers: { 'x-forwarded-uri': '/api/v1/nodes/localhost/proxy', 'x-forwarded-proto': 'https' },
    });
    expect((await server.call('POST', '/api/v1/nodes/localhost/proxy/echo', { body: 'x'.repeat(4_000_000) })).text).toHaveLength(4_000_000);
  });

  test('the root needs its slash', async () => {
    expect(await server.call('GET', '/api/v1/nodes/localhost/proxy?a=b')).toMatchObject({
      code: 301,
      headers: { location: '/api/v1/nodes/localhost/proxy/?a=b' },
    });
  });

  test('redirects come back through the proxy, permissions for other origins do not', async () => {
    const answer = await server.call('GET', '/api/v1/nodes/localhost/proxy/redirect');
    expect(answer).toMatchObject({ code: 302, headers: { location: '/api/v1/nodes/localhost/proxy/elsewhere' } });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each([
    {
      path: '/api/v1/namespaces/default/services/kubernetes:81/proxy/',
      code: 503,
      message: 'no service port 81 found for service "kubernetes"',
    },
    { path: '/api/v1/namespaces/default/services/none/proxy/', code: 404, message: 'services "none" not found' },
    { path: '/api/v1/namespaces/default/pods/web:80/proxy/', code: 400, message: 'address not allowed' },
    { path: '/api/v1/namespaces/default/pods/ftp:web:80/proxy/', code: 400, message: 'invalid pod request "ftp:web:80"' },
  ])('$path: $message', async ({ path, code, message }) => {
    expect(await server.call('GET', path)).toMatchObject({ code, body: { message } });
  });
});
