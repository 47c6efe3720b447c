// The API: every call carries the token, which lives in this tab's session storage and nowhere else.

const KEY = 'camel-crond-token';

export class Failure extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `status ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

function headers(more) {
  return {Authorization: `Bearer ${token.get()}`, ...more};
}

async function request(path, options = {}) {
  const response = await fetch(`/api${path}`, {cache: 'no-store', ...options, headers: headers(options.headers)});
  if (response.status === 304) return response;
  if (!response.ok) throw new Failure(response.status, await response.json().catch(() => ({})));
  return response;
}

export async function get(path) {
  return (await request(path)).json();
}

export async function text(path) {
  return (await request(path)).text();
}

/** JSON and its ETag; null if it is still the one that `etag` names. */
export async function getIfChanged(path, etag) {
  const response = await request(path, etag ? {headers: {'If-None-Match': etag}} : {});
  return response.status === 304 ? null : {json: await response.json(), etag: response.headers.get('ETag')};
}

export async function post(path, body = {}, etag = undefined) {
  const more = {'Content-Type': 'application/json', ...(etag && {'If-Match': etag})};
  return (await request(path, {method: 'POST', body: JSON.stringify(body), headers: more})).json();
}

export async function put(path, body, etag) {
  const more = {'Content-Type': 'application/json', 'If-Match': etag};
  return (await request(path, {method: 'PUT', body: JSON.stringify(body), headers: more})).json();
}

/** Follows a run's output: calls on[event](data) for each server-sent event; ends when the run or `signal` does. */
export async function follow(run, on, signal) {
  const response = await request(`/runs/${run}/output`, {headers: {Accept: 'text/event-stream'}, signal});
  if (!response.headers.get('Content-Type').startsWith('text/event-stream')) {
    on.output({text: await response.text()});
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) deliver(block, on);
  }
}

function deliver(block, on) {
  const event = /^event: (.*)$/m.exec(block);
  const data = /^data: (.*)$/m.exec(block);
  if (event && data && on[event[1]]) on[event[1]](JSON.parse(data[1]));
}

/** What the health check says; it needs no token. */
export async function health() {
  const response = await fetch('/observe/health', {cache: 'no-store'});
  return response.json();
}
