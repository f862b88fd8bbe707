/* driver.js: what the driver notes is kept in the phone and sent when there is coverage. Own work.
   Each note has a name of its own (event), by which the service knows a repeat. None is deleted before it is answered. */
(() => {
  const d = document, $ = (s, r = d) => r.querySelector(s), $$ = (s, r = d) => [...r.querySelectorAll(s)];
  const shell = $('[data-worker]'), page = $('#route');
  if (navigator.serviceWorker && shell) navigator.serviceWorker.register(shell.dataset.worker, { scope: shell.dataset.page }).catch(() => {});
  const say = text => { const p = $('#say'); if (p) p.textContent = text; };
  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);

  // The store: one row for each note. state: waiting, sent, refused. Only an answer changes it.
  const open = () => new Promise((done, fail) => {
    const asked = indexedDB.open('kor', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('notes', { keyPath: 'event' });
    asked.onsuccess = () => done(asked.result); asked.onerror = () => fail(asked.error); });
  const store = async (mode, act) => { const db = await open(); try { return await new Promise((done, fail) => {
    const t = db.transaction('notes', mode, { durability: 'strict' }), asked = act(t.objectStore('notes'));
    t.oncomplete = () => done(asked && asked.result); t.onabort = t.onerror = () => fail(t.error); }); } finally { db.close(); } };
  const all = async () => (await store('readonly', s => s.getAll())).sort((a, b) => a.at - b.at || (a.event < b.event ? -1 : 1));
  const keep = note => store('readwrite', s => s.put(note));
  const drop = note => store('readwrite', s => s.delete(note.event));

  // Signing out: say what has not been sent; the page is taken out of the phone, the notes stay.
  const leaving = $('form[data-leaving]');
  if (leaving) leaving.addEventListener('submit', async e => {
    if (leaving.dataset.sure) return;
    e.preventDefault();
    const count = (await all().catch(() => [])).filter(x => x.state === 'waiting').length;
    if (count && !confirm(fill(leaving.dataset.leaving, { count }))) { delete leaving.dataset.sent; return; }
    if (window.caches) await Promise.all((await caches.keys()).map(name => caches.delete(name)));
    leaving.dataset.sure = '1'; leaving.submit(); });
  if (!page) return;

  const w = page.dataset, places = $$('.place'), net = $('#net');
  const offset = () => +(localStorage.getItem('kor-offset') || 0);       // the service's clock less the phone's, ms
  const now = () => new Date(Date.now() + offset());
  const clock = at => new Date(at).toLocaleTimeString('sv-SE', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Stockholm' });
  const today = () => now().toLocaleDateString('sv-SE', { timeZone: 'Europe/Stockholm' });
  const name = () => crypto.randomUUID();
  let place = w.place, who = w.who, signedOut = false, failedAt = 0, sending = null, timer = 0, notes = [];
  const under = new Set();                                               // names of notes that are on their way just now

  // What notes come to: the same rules as transports/driving_rules.py, in milliseconds.
  const KINDS = ['depart', 'arrive', 'missed', 'refused', 'leave', 'break', 'back'];
  const STATE = { arrive: 'here', leave: 'done', missed: 'missed', refused: 'refused' };
  const stops = places.filter(p => p.dataset.at === 'stop').map(p => ({
    slug: p.dataset.place, arrive: Date.parse(p.dataset.arrive), start: Date.parse(p.dataset.start), leave: Date.parse(p.dataset.leave),
    windows: p.dataset.windows.trim().split(' ').filter(Boolean).map(x => x.split('/').map(Date.parse)) }));
  const breaks = w.breaks.trim().split(' ').filter(Boolean).map(x => x.split('/')).map(([at, s]) => ({ at: Date.parse(at), ms: s * 1000 }));
  function fold(told) {
    told = [...new Map(told.map(n => [n.event, n])).values()].sort((a, b) => a.at - b.at || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.event < b.event ? -1 : 1));
    const state = {}, index = { '': -1 }, expected = {};
    stops.forEach((s, i) => { state[s.slug] = 'ahead'; index[s.slug] = i; });
    told.forEach(n => { if (n.stop in state) state[n.stop] = STATE[n.kind]; });
    const rests = told.filter(n => n.kind === 'break'), where = told.filter(n => n.kind !== 'break' && n.stop in index).pop();
    const left = breaks.slice(rests.length);
    const rest = (from, to, among) => among.filter(b => from <= b.at && b.at < to).reduce((sum, b) => sum + b.ms, 0);
    const gap = (from, to) => to - from - rest(from, to, breaks) + rest(from, to, left);
    const served = (s, at) => { at += rest(s.arrive, s.start, left);
      const opens = s.windows.filter(x => x[1] >= at).map(x => Math.max(x[0], at));
      return (opens.length ? Math.min(...opens) : at) + gap(s.start, s.leave); };
    if (where && where.kind !== 'back') {
      let at = where.kind === 'arrive' ? served(stops[index[where.stop]], where.at) : where.at;
      rests.forEach((n, i) => { if (n.at >= where.at && breaks.length) at += breaks[Math.min(i, breaks.length - 1)].ms; });
      stops.forEach((s, i) => { if (state[s.slug] !== 'ahead' || i < index[where.stop]) return;
        expected[s.slug] = at += gap(i ? stops[i - 1].leave : Date.parse(w.depart), s.arrive); at = served(s, at); });
      expected.end = at + gap(stops.at(-1).leave, Date.parse(w.back));
    }
    const slugs = stops.map(s => s.slug), begun = told.some(n => n.kind === 'depart') || slugs.some(s => state[s] !== 'ahead');
    const ahead = slugs.filter(s => state[s] === 'ahead'), after = ahead.find(s => where && index[s] >= index[where.stop]);
    return { state, expected, next: slugs.find(s => state[s] === 'here') || (begun ? after || ahead[0] || 'end' : 'start') };
  }

  // What the page shows of it.
  const known = JSON.parse(w.notes).map(n => ({ ...n, at: Date.parse(n.at) }));
  const mine = x => x.who === who || x.adopted;
  const counts = x => x.state !== 'refused' && x.body.vehicle === w.van && x.body.day === w.day;
  function told() {
    const back = new Set(notes.filter(x => x.body.about === 'withdraw' && x.state !== 'refused').map(x => x.body.of));
    const own = notes.filter(x => x.body.about === 'route' && counts(x)).map(x => ({ event: x.event, kind: x.body.kind, stop: x.body.branch, at: x.at }));
    return [...known, ...own].filter(n => !back.has(n.event)); }
  const scans = () => { const back = new Set(notes.filter(x => x.body.about === 'withdraw').map(x => x.body.of));
    return notes.filter(x => x.body.about === 'crate' && counts(x) && !back.has(x.event)); };
  function show(wanted, focus) {
    place = wanted;
    places.forEach(p => { p.hidden = p.dataset.place !== place; });
    const shown = places.find(p => !p.hidden), at = shown.dataset.at;
    const form = $('form[data-scan]'); form.elements.branch.value = at === 'stop' ? place : w.depot;
    $$('[data-for-at]', form).forEach(x => { x.hidden = x.dataset.forAt !== at; });
    const ways = $$(`[data-for-at="${at}"] input`, form), leaves = $('[data-list="delivered"]', shown);
    if (!ways.some(x => x.checked)) (ways.find(x => x.value === 'collected' && !leaves) || ways[0]).checked = true;
    if (focus) { const h = $('h2', shown); h.focus({ preventScroll: true }); shown.scrollIntoView({ block: 'start' }); }
  }
  function render() {
    const { state, expected } = fold(told()), done = scans();
    for (const s of stops) {
      const at = expected[s.slug] || s.arrive, late = Math.max(Math.ceil((at - s.arrive) / 60000), 0);
      for (const part of [places.find(p => p.dataset.place === s.slug), $(`[data-leg="${CSS.escape(s.slug)}"]`)]) {
        $$('[data-when]', part).forEach(x => { x.hidden = !x.dataset.when.split(' ').includes(state[s.slug]); });
        const eta = $('[data-eta]', part), badge = $('[data-late]', part); if (eta) eta.textContent = clock(at);
        if (badge) { badge.hidden = !(s.slug in expected); badge.className = `badge ${late > +w.limit ? 'warn' : 'ok'}`; badge.textContent = late ? fill(w.late, { minutes: late }) : w.inTime; }
      }
    }
    $$('[data-eta-end]').forEach(x => { x.textContent = clock(expected.end || Date.parse(w.back)); });
    for (const list of $$('[data-list]')) {
      const here = list.closest('.place'), branch = here.dataset.at === 'stop' ? here.dataset.place : w.depot;
      const codes = new Set(done.filter(x => x.body.kind === list.dataset.list && x.body.branch === branch).map(x => x.body.crate));
      for (const row of $$('[data-crate]', list)) { const box = $('input', row), badge = $('.badge', row);
        if (box.disabled) codes.add(row.dataset.crate);
        if (!box.disabled) box.checked = codes.has(row.dataset.crate);
        badge.hidden = !codes.has(row.dataset.crate); }
      const total = Math.max(+list.dataset.total, codes.size);
      $('[data-count]', list).textContent = $('[data-count]', list).textContent.replace(/\d+(\D+)\d+/, `${codes.size}$1${total}`);
      $('rect', list).setAttribute('width', 100 * codes.size / total);
    }
    const here = $('form[data-scan]').elements.branch.value;
    $('#scanned').replaceChildren(...done.filter(x => x.body.branch === here).reverse().slice(0, 60).map(x => line('li', x.label, clock(x.at))));
    showQueue();
  }
  const line = (tag, left, right) => { const row = d.createElement(tag), a = d.createElement('span'), b = d.createElement('span');
    row.className = 'split'; a.textContent = left; b.textContent = right; row.append(a, b); return row; };
  const button = (text, act) => { const b = d.createElement('button'); b.type = 'button'; b.className = 'btn'; b.textContent = text; b.onclick = act; return b; };
  function showQueue() {
    const bad = notes.filter(x => x.state === 'refused'), waits = notes.filter(x => x.state === 'waiting');
    const sent = notes.filter(x => x.state === 'sent' && x.body.day === w.day), off = !navigator.onLine || failedAt > 0;
    net.hidden = !notes.length; net.dataset.waiting = waits.length; net.dataset.received = sent.length;
    net.className = `badge ${bad.length ? 'bad' : waits.length ? 'warn' : 'ok'}`;
    net.textContent = fill(bad.length ? net.dataset.bad : waits.length ? (off ? net.dataset.off : net.dataset.waits) : net.dataset.ok, { count: bad.length || waits.length });
    $('#queue').hidden = !notes.length; $('#send').hidden = !waits.length; $('#sign-in').hidden = !(signedOut && waits.length);
    $('#queue-word').textContent = (waits.length ? w.keeps : fill(w.noneWaits, { count: sent.length })) + (failedAt && waits.length ? ' ' + fill(w.trouble, { at: clock(failedAt) }) : '');
    $('#queue-list').replaceChildren(...[...bad, ...waits].map(x => {
      const row = d.createElement('li'); row.append(line('div', `${x.label}, ${clock(x.at)}`, x.state === 'refused' ? w.refused : mine(x) ? w.waiting : w.other));
      if (x.state === 'refused') { const p = d.createElement('p'); p.textContent = x.why.join(' '); row.className = 'bad'; row.append(p, button(w.dismiss, () => drop(x).then(reload))); }
      else if (!mine(x)) row.append(button(w.asMine, () => keep({ ...x, adopted: true }).then(reload).then(send)));
      return row; }));
    const word = signedOut && waits.length ? w.signedOut : w.day !== today() ? fill(w.old, { day: w.day }) : w.isNew ? w.changed : '';
    $('#word').hidden = !word; $('#word').textContent = word;
  }
  const reload = async () => { notes = await all(); render(); };

  // Noting. Where the phone keeps nothing (a private window), a note is a post as without script.
  const unkept = () => { $('#word').textContent = w.noStore; $('#word').hidden = false; };
  const queue = [];                                                      // one at a time, in the order of what was done
  const inTurn = act => { const turn = (queue.at(-1) || Promise.resolve()).then(act); queue.push(turn.catch(() => {})); if (queue.length > 9) queue.shift(); return turn; };
  const note = (body, label, form) => inTurn(async () => {
    const at = now(), made = { event: name(), at: +at, state: 'waiting', who, label, why: [], tries: 0 };
    made.body = { event: made.event, at: at.toISOString(), vehicle: w.van, day: w.day, ...body };
    try { await keep(made); } catch { unkept(); if (body.crate) { form.elements.code.value = body.crate; $(`[value="${body.kind}"]`, form).checked = true; } form.submit(); return; }
    notes.push(made); render(); offerUndo(made); clearTimeout(timer); timer = setTimeout(send, 300); });
  const offerUndo = made => { const box = d.createElement('div'), text = d.createElement('span');
    box.className = 'toast no-print'; text.textContent = fill(w.noted, { what: made.label }); say(text.textContent);
    if (made.body.about !== 'withdraw') { const b = button(w.undo, () => { box.remove(); takeBack(made); }); b.className = 'btn sm'; box.append(text, b); }
    $('#toast').replaceChildren(box); };
  const takeBack = made => inTurn(async () => {
    const stands = (await all()).find(x => x.event === made.event);
    if (stands && stands.state === 'waiting' && !under.has(made.event) && !stands.tries) await drop(stands);
    else { const at = now(), event = name();
      await keep({ event, at: +at, state: 'waiting', who, label: `${w.undone}: ${made.label}`, why: [], tries: 0,
        body: { event, at: at.toISOString(), vehicle: w.van, day: w.day, about: 'withdraw', of: made.event } }); }
    await reload(); show(fold(told()).next); say(w.undone); send(); });
  function scan(text) {
    const code = text.trim().toUpperCase(); if (code.length < 3 || code.length > 40) return;
    const shown = places.find(p => !p.hidden), form = $('form[data-scan]'), listed = $(`[data-crate="${CSS.escape(code)}"]`, shown);
    const kind = listed ? listed.closest('[data-list]').dataset.list : $('input[name=kind]:checked', form).value, branch = form.elements.branch.value;
    if (navigator.vibrate) navigator.vibrate(60);
    if (scans().some(x => x.body.crate === code && x.body.kind === kind && x.body.branch === branch)) return say(fill(w.again, { code }));
    if (listed && $('input', listed).disabled) return say(fill(w.again, { code }));
    const word = $(`input[value="${kind}"]`, form);
    return note({ about: 'crate', kind, branch, crate: code }, word ? `${code}, ${word.dataset.name.toLowerCase()}` : code, form);
  }
  d.addEventListener('submit', e => {
    const f = e.target;
    if (f.matches('[data-scan]')) { e.preventDefault(); scan(f.elements.code.value); f.elements.code.value = ''; }
    if (f.matches('[data-ticks]')) { e.preventDefault(); }
    if (!f.matches('[data-note]') || !e.submitter) return;
    e.preventDefault();
    const kind = e.submitter.value, branch = f.elements.branch.value, why = $('input[name=why]:checked', f), more = f.elements.more;
    const reason = ['missed', 'refused'].includes(kind) ? [why && why.value, more && more.value.trim()].filter(Boolean).join('. ') : '';
    if (['missed', 'refused'].includes(kind) && !reason) { more.focus(); return; }
    const at = places.find(p => p.dataset.place === branch);
    const details = f.closest('details'); if (details) details.open = false;
    note({ about: 'route', kind, branch, reason }, `${at ? at.dataset.name + ': ' : ''}${e.submitter.textContent.trim()}`, f)
      .then(() => { if (kind !== 'arrive' && kind !== 'break') show(fold(told()).next, true); });
  });
  d.addEventListener('change', e => { const row = e.target.closest('[data-ticks] [data-crate]');
    if (row && e.target.checked) scan(row.dataset.crate); else if (row) e.target.checked = true; });
  d.addEventListener('click', e => { const link = e.target.closest('[data-open]'); if (!link) return; e.preventDefault(); show(link.dataset.open, true); });
  $('#send').onclick = () => { failedAt = 0; send(); };
  $$('[data-tick]').forEach(x => { x.hidden = true; });

  // A hand scanner types a code and Enter, wherever the focus is; in a field it just fills that.
  let typed = '', last = 0;
  d.addEventListener('keydown', e => {
    if (e.target.closest('input:not([type=radio]):not([type=checkbox]), textarea, select') || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.timeStamp - last > 1000) typed = '';
    last = e.timeStamp;
    if (e.key === 'Enter' && typed.length >= 4) { e.preventDefault(); scan(typed); typed = ''; }
    else if (e.key.length === 1) { if (typed) e.preventDefault(); typed += e.key; } else if (e.key === 'Enter') typed = '';
  });

  // The camera, where the browser reads barcodes itself.
  const camera = $('#camera'), view = $('#view'); let stream = null;
  const stop = () => { if (stream) stream.getTracks().forEach(t => t.stop()); stream = null; view.hidden = true; camera.setAttribute('aria-pressed', 'false'); };
  async function look() {
    if (stream) return stop();
    try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }); } catch { camera.hidden = true; return; }
    view.srcObject = stream; view.hidden = false; camera.setAttribute('aria-pressed', 'true'); await view.play();
    const reader = new BarcodeDetector({ formats: ['code_128', 'code_39', 'qr_code'] }), seen = new Map();
    while (stream) {
      for (const { rawValue } of await reader.detect(view).catch(() => [])) {
        if (Date.now() - (seen.get(rawValue) || 0) > 3000) scan(rawValue);
        seen.set(rawValue, Date.now()); }
      await new Promise(go => setTimeout(go, 150)); }
  }
  if ('BarcodeDetector' in window && navigator.mediaDevices) BarcodeDetector.getSupportedFormats().then(found => { camera.hidden = !found.includes('code_128'); }).catch(() => {});
  camera.onclick = look;
  d.addEventListener('visibilitychange', () => { if (d.hidden) stop(); else send(); });

  // Sending: a new token first, then what waits, in parts; an answer to each. Nobody but an answer ends a note's waiting.
  const ask = async (url, more) => { const res = await fetch(url, { redirect: 'manual', cache: 'no-store', ...more });
    if (res.type === 'opaqueredirect' || res.status === 401) { signedOut = true; throw new Error('signed out'); }
    if (!res.ok) throw new Error(res.status); return res.json(); };
  async function greet() {
    const key = await ask(w.key), apart = Date.parse(key.now) - Date.now(); signedOut = false; who = key.who;
    localStorage.setItem('kor-offset', Math.abs(apart) > 30000 ? apart : 0);
    return key; }
  async function replay() {
    const key = await greet();
    const waits = (await all()).filter(x => x.state === 'waiting' && mine(x));
    for (let i = 0; i < waits.length; i += 100) {
      const part = waits.slice(i, i + 100); part.forEach(x => under.add(x.event));
      try {
        for (const x of part) { x.tries += 1; }
        await store('readwrite', s => { part.forEach(x => s.put(x)); });
        const { answers } = await ask(w.send, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': key.token }, body: JSON.stringify({ notes: part.map(x => x.body) }) });
        const by = new Map(answers.map(a => [a.event, a]));
        await store('readwrite', s => { for (const x of part) { const a = by.get(x.event); if (a) s.put({ ...x, state: a.outcome === 'refused' ? 'refused' : 'sent', why: a.why }); } });
      } finally { part.forEach(x => under.delete(x.event)); }
    }
    return waits.length; }
  function send() {
    if (sending || !navigator.onLine) { showQueue(); return sending; }
    if (!notes.some(x => x.state === 'waiting')) return null;
    sending = replay().then(count => { failedAt = 0; if (count) refresh(); }, () => { failedAt = +now(); })
      .finally(async () => { sending = null; await reload(); clearTimeout(timer);
        if (notes.some(x => x.state === 'waiting' && mine(x)) && !signedOut) timer = setTimeout(send, failedAt ? 20000 : 300); });
    return sending; }
  // The page as the service has it now goes into the phone; whether its plan is a newer one is said.
  async function refresh() {
    const res = await fetch(shell.dataset.page, { cache: 'no-store' }).catch(() => null); if (!res || res.redirected || !res.ok) return;
    const fresh = new DOMParser().parseFromString(await res.text(), 'text/html').getElementById('route');
    w.isNew = fresh && fresh.dataset.day === w.day && fresh.dataset.van === w.van && fresh.dataset.revision === w.revision ? '' : '1'; showQueue(); }
  addEventListener('online', () => { failedAt = 0; send(); }); addEventListener('offline', showQueue);

  // At the start: what the phone has; sent notes of days gone by are let go.
  const begin = async () => {
    const days = 3 * 24 * 3600 * 1000;
    for (const x of await all()) if (x.state === 'sent' && now() - x.at > days) await drop(x);
    if (navigator.onLine) await greet().catch(() => {});
    await reload(); if (!new URLSearchParams(location.search).has('stopp')) show(fold(told()).next); send(); };
  begin().catch(unkept);
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
})();
