/* A page asked for without a connection is answered with one that says so. Nothing else is kept. */
const PAGE = '$page', FILES = [PAGE, $files], KEPT = ['offline', ...FILES].join(' ');
addEventListener('install', event => event.waitUntil(caches.open(KEPT).then(kept => kept.addAll(FILES)).then(() => self.skipWaiting())));
addEventListener('activate', event => event.waitUntil(caches.keys().then(names => Promise.all(names.filter(name => name !== KEPT).map(name => caches.delete(name))))));
addEventListener('fetch', event => {
  const { request } = event, kept = () => caches.match(request.mode === 'navigate' ? PAGE : request);
  if (request.method === 'GET' && (request.mode === 'navigate' || FILES.includes(new URL(request.url).pathname)))
    event.respondWith(fetch(request).catch(kept));
});
