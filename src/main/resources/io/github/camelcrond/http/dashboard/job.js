// One job: what it is, how its runs went, what they printed, live while they run.
import {el, show, pill, relative, until, clock, full, wall, duration, toast, confirm} from './dom.js';
import {get, text, post, follow} from './api.js';
import {runs as runsChart} from './charts.js';

const EVERY = 2_000;
const LIVE = ['running', 'waiting'];
const MOST_OUTPUT = 400_000;
const variable = (policy) => `${policy === 'random-delay' ? '' : 'CRON_'}${policy.toUpperCase().replace(/-/g, '_')}`;

export function open(main, frame, id) {
  const page = new JobPage(main, frame, id);
  page.begin();
  return page;
}

class JobPage {
  constructor(main, frame, id) {
    Object.assign(this, {main, frame, id, path: `/jobs/${encodeURIComponent(id)}`, chosen: null, followed: null, seen: ''});
    this.title = el('div.row.title');
    this.about = el('section.card', {'aria-label': 'About the job'});
    this.chart = el('div.body');
    this.history = el('div.scroll', {tabindex: 0, 'aria-label': 'Runs'});
    this.outputHead = el('header');
    this.output = el('pre.output', {tabindex: 0, 'aria-label': 'Output', role: 'log'});
  }

  begin() {
    show(this.main, this.title, this.about,
      el('section.card', {'aria-label': 'Last runs'}, el('header', {}, el('h2', {}, 'Last runs'), el('span.dim.small', {}, 'duration and outcome')), this.chart),
      el('div.split', {},
        el('section.card', {'aria-label': 'History'}, el('header', {}, el('h2', {}, 'History')), this.history),
        el('section.card.sticky', {'aria-label': 'Output of the run'}, this.outputHead, this.output)));
    this.load();
    this.timers = [setInterval(() => this.load(), EVERY)];
  }

  close() {
    this.timers.forEach(clearInterval);
    this.followed?.abort();
    this.closed = true;
  }

  async load() {
    if (this.loading || document.hidden) return;
    this.loading = true;
    try {
      const [job, runs] = await Promise.all([get(this.path), get(`${this.path}/runs?limit=100`)]);
      if (this.closed) return;
      this.frame.back();
      this.renderIfNew(job, runs);
    } catch (failure) {
      if (failure.status === 404) this.gone();
      else this.frame.failed(failure);
    } finally {
      this.loading = false;
    }
  }

  gone() {
    this.close();
    show(this.main, el('section.card', {}, el('div.empty', {}, el('strong', {}, `No such job: ${this.id}`), 'Its line may have been removed from the crontab. ', el('a', {href: '#/'}, 'All jobs'))));
  }

  renderIfNew(job, runs) {
    const seen = JSON.stringify([job, runs.map((run) => [run.run, run.outcome, run.attempt])], (key, value) => (key === 'duration' ? undefined : value));
    if (seen === this.seen) return;
    this.seen = seen;
    this.job = job;
    this.runs = runs;
    if (!this.runs.some((run) => run.run === this.chosen)) this.chosen = null;
    this.renderAbout();
    this.renderRuns();
    if (!this.chosen && runs.length) this.choose(runs[0].run);
    else this.renderOutputHead();
    if (!runs.length) this.noRuns();
  }

  renderAbout() {
    const {job} = this;
    show(this.title, el('a', {href: '#/', 'aria-label': 'All jobs'}, '← Jobs'), el('h1', {}, job.id),
      job.paused ? pill('paused') : null, el('span.grow'),
      el('button.primary', {type: 'button', click: () => this.runNow()}, 'Run now'),
      el('button', {type: 'button', click: () => this.pause()}, job.paused ? 'Resume' : 'Pause'));
    const facts = [['Schedule', el('span', {}, el('code', {}, job.schedule), ` in ${job.zone}`)],
      ['Next run', job.next ? el('span', {title: full(job.next)}, `${wall(job.next)}, `, el('span', {'data-until': job.next}, until(job.next))) : '–'],
      ['User', job.user === '-' ? 'the daemon user' : job.user],
      ['Line', job.file ? `${job.line} of ${job.file}` : String(job.line)]];
    if (job.failures > 0) facts.push(['Consecutive failures', String(job.failures)]);
    if (job['last-success']) facts.push(['Last success', el('span', {title: full(job['last-success'])}, `${clock(job['last-success'])}, `, el('span', {'data-relative': job['last-success']}, relative(job['last-success'])))]);
    for (const [name, value] of Object.entries(job.policies)) facts.push([el('code', {}, variable(name)), String(value)]);
    show(this.about, el('div.body', {}, el('pre.command', {'aria-label': job.endpoint ? 'Endpoint' : 'Command'}, job.command)),
      el('div.body', {}, el('dl.facts', {}, facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))))));
  }

  renderRuns() {
    const width = Math.max(260, this.chart.clientWidth - 32);
    const ended = this.runs.filter((run) => run.ended);
    show(this.chart, ended.length ? runsChart(ended, this.chosen, (run) => this.choose(run), width) : el('span.dim', {}, 'No run has ended yet.'));
    const top = this.history.scrollTop;
    show(this.history, el('table', {},
      el('thead', {}, el('tr', {}, ['Started', 'Outcome', 'Duration', 'Cause', 'Code'].map((name, i) =>
        el(['th', 'th', 'th.num', 'th.optional', 'th.num'][i], {scope: 'col'}, name)))),
      el('tbody', {}, this.runs.map((run) => this.row(run)))));
    this.history.scrollTop = top;
  }

  row(run) {
    const at = run.started || run.scheduled;
    return el('tr.run', {'aria-selected': String(run.run === this.chosen), click: () => this.choose(run.run)},
      el('td', {}, el('button.quiet.plain', {type: 'button', title: full(at), 'aria-label': `Output of the run of ${full(at)}`}, clock(at, true))),
      el('td', {}, pill(run.outcome), run.reason ? el('div.dim.small', {}, run.reason) : null),
      el('td.num', {}, LIVE.includes(run.outcome) ? '…' : duration(run.duration)),
      el('td.optional', {}, run.attempt > 1 ? `${run.cause}, try ${run.attempt}` : run.cause),
      el('td.num', {}, run.signal !== undefined ? `signal ${run.signal}` : String(run['exit-code'] ?? '–')));
  }

  noRuns() {
    show(this.history, el('div.empty', {}, el('strong', {}, 'No runs yet'), 'Runs appear here when they start.'));
    show(this.outputHead, el('h2', {}, 'Output'));
    show(this.output);
  }

  find(run) {
    return this.runs.find((r) => r.run === run);
  }

  choose(run) {
    this.chosen = run;
    this.renderRuns();
    this.renderOutputHead();
    this.followed?.abort();
    this.followed = new AbortController();
    this.output.textContent = '';
    this.fetchOutput(run, this.followed.signal);
  }

  renderOutputHead() {
    const run = this.find(this.chosen);
    if (!run) return;
    const live = LIVE.includes(run.outcome);
    show(this.outputHead, el('h2', {}, 'Output'), pill(run.outcome), el('span.dim.small', {}, clock(run.started || run.scheduled, true)), el('span.grow'),
      live ? el('button.danger', {type: 'button', click: () => this.kill(run)}, 'Kill') : null);
  }

  async fetchOutput(run, signal) {
    try {
      if (LIVE.includes(this.find(run).outcome)) {
        await follow(run, {
          output: (data) => this.append(run, data.text),
          attempt: (data) => this.append(run, `\n— try ${data.attempt} —\n`),
        }, signal);
        if (!signal.aborted) this.load();
      } else {
        this.append(run, await text(`/runs/${run}/output?job=${encodeURIComponent(this.id)}`));
      }
      if (this.chosen === run && !this.output.textContent) this.output.append(el('span.dim', {}, 'No output.'));
    } catch (failure) {
      if (failure.status === 404) this.append(run, 'The output of this run is no longer stored.');
      else if (!signal.aborted) this.frame.failed(failure);
    }
  }

  append(run, more) {
    if (run !== this.chosen || !more) return;
    const {output} = this;
    const atEnd = output.scrollTop + output.clientHeight >= output.scrollHeight - 24;
    output.append(more);
    if (output.textContent.length > MOST_OUTPUT) output.textContent = `[… earlier output not shown …]\n${output.textContent.slice(-MOST_OUTPUT / 2)}`;
    if (atEnd) output.scrollTop = output.scrollHeight;
  }

  async runNow() {
    const answer = await this.frame.run(() => post(`${this.path}/run`));
    if (!answer) return;
    toast('started');
    this.chosen = null;
    this.seen = '';
    this.load();
  }

  async pause() {
    const answer = await this.frame.run(() => post(`${this.path}/${this.job.paused ? 'resume' : 'pause'}`));
    if (answer) toast(answer.paused ? 'paused' : 'resumed');
    this.load();
  }

  async kill(run) {
    if (!await confirm('Kill this run? Its processes receive TERM, then KILL if they do not exit.', 'Kill run')) return;
    if (await this.frame.run(() => post(`/runs/${run.run}/kill`))) toast('ending');
    this.load();
  }
}
