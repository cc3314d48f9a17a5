// The page to try queries in. It asks this server and nobody else, and keeps nothing: not the token either.
'use strict';

const element = (id) => document.getElementById(id);
const show = (value) => { element('result').textContent = typeof value === 'string' ? value : JSON.stringify(value, null, 2); };
const say = (text) => { element('status').textContent = text; };

let socket = null;

function read() {
  const query = element('query').value;
  const text = element('variables').value.trim();
  return { query, variables: text === '' ? {} : JSON.parse(text) };
}

async function ask(request, token) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const begun = performance.now();
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(request) });
  const body = await response.json();
  say(`${response.status} in ${Math.round(performance.now() - begun)} ms, request ${response.headers.get('x-request-id')}`);
  show(body);
}

function subscribe(request, token) {
  const address = new URL('/graphql', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  socket = new WebSocket(address, 'graphql-transport-ws');
  const received = [];
  const send = (message) => socket.send(JSON.stringify(message));
  element('stop').hidden = false;
  say('listening');
  show('');
  socket.onopen = () => send({ type: 'connection_init', payload: token ? { authorization: `Bearer ${token}` } : {} });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'connection_ack') send({ type: 'subscribe', id: '1', payload: request });
    if (message.type === 'ping') send({ type: 'pong' });
    if (message.type === 'next' || message.type === 'error') {
      received.push(message.payload);
      show(received);
    }
    if (message.type === 'complete' || message.type === 'error') socket.close(1000);
  };
  socket.onclose = ({ code, reason }) => {
    element('stop').hidden = true;
    say(`closed: ${code} ${reason}`);
  };
}

async function run() {
  if (socket) socket.close(1000);
  const token = element('token').value.trim();
  try {
    const request = read();
    if (/(^|[\s}])subscription\b/.test(request.query)) subscribe(request, token);
    else await ask(request, token);
  } catch (error) {
    say('');
    show(String(error));
  }
}

element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
element('stop').addEventListener('click', () => socket && socket.close(1000));
element('form').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
