/* driver-worker.js: keeps the driver's page, its style and scripts in the phone. Own work.
   It asks the net first and takes what it has kept where there is no answer in time. It keeps the route and nothing else of anyone. */
const KEPT = 'kor-1', PATIENCE = 4000;
const page = self.registration.scope, statics = new URL('static/', new URL('.', page)).href;
const shell = ['consortium.css', 'consortium.js', 'driver.js', 'icon.svg'].map(name => statics + name);
const right = res => res && res.ok && !res.redirected && res.type === 'basic';

async function keep(key, res) { if (right(res)) await (await caches.open(KEPT)).put(key, res); }

self.addEventListener('install', e => {
  self.skipWaiting();
  e.waitUntil(Promise.all([page, ...shell].map(url => fetch(url, { cache: 'no-cache' }).then(res => keep(url, res)))));
});
self.addEventListener('activate', e => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await self.clients.claim();
})()));

async function answer(e, key) {
  const kept = await (await caches.open(KEPT)).match(key);
  const asked = fetch(e.request).then(res => { e.waitUntil(keep(key, res.clone())); return res; });
  if (!kept) return asked;
  const late = new Promise(go => { setTimeout(go, PATIENCE); });
  const res = await Promise.race([asked.catch(() => null), late]);
  return res && res.status < 500 ? res : kept;
}
self.addEventListener('fetch', e => {
  const url = new URL(e.request.url), bare = url.origin + url.pathname;
  if (e.request.method !== 'GET') return;
  if (bare === page) e.respondWith(answer(e, page));                     // whatever stop the address names
  else if (shell.includes(bare)) e.respondWith(answer(e, bare));
});
