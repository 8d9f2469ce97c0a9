/* live.js: a list that stays open asks again, and changes in place what has changed. Rows never come, go or move
   under the reader's eyes: the page says so and waits until it is asked. Attributes:

   id="live" data-mark="…" data-every="30"   asks by htmx, on the event "live", whether there is something new
   data-live       element with an id whose words may be replaced at any time
   data-rows       rows of tables and lists (as #rows) that change in place, never move
   id="live-moved" shown when rows have come, gone or moved; id="live-said" tells it to a screen reader, with the
                   figures of a dl that are other ones now
   Ticks of rows outlive every refresh; id="chosen" tells how many there are. */
(() => {
  'use strict';
  const id = name => document.getElementById(name);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const put = (old, fresh) => {
    if (!old || !fresh || old.innerHTML === fresh.innerHTML || old.contains(document.activeElement)) return false;
    old.innerHTML = fresh.innerHTML;
    return true;
  };

  const ask = () => { if (!document.hidden && navigator.onLine) id('live')?.dispatchEvent(new CustomEvent('live')); };
  setInterval(ask, Number(id('live')?.dataset.every || 30) * 1000);
  document.addEventListener('visibilitychange', ask);
  document.addEventListener('htmx:configRequest', event => {
    if (event.target.id === 'live') event.detail.headers['If-None-Match'] = `"${event.target.dataset.mark}"`;
  });

  /* Cells change in place; the first one, and the rows themselves, wait. */
  const ROWS = ':is(#rows, [data-rows]) :is(tr.hit, .facts > li)';
  const key = row => row.id || row.querySelector('a')?.getAttribute('href') || row.textContent.trim();
  const cells = (old, fresh) => {
    if (old.matches('li')) { put(old, fresh); return [false, false]; }
    let said = false, moved = old.children.length !== fresh.children.length || old.children[0].innerHTML !== fresh.children[0].innerHTML;
    if (!moved) [...old.children].slice(1).forEach((cell, at) => { if (put(cell, fresh.children[at + 1]) && !cell.matches('.due')) said = true; });
    return [said, moved];
  };
  /* Figures with a name are told: "With me: 3 worth €1.2 m". */
  const named = (old, fresh) => {
    const before = all('dt', old);
    return all('dt', fresh).filter((dt, at) => dt.nextElementSibling.textContent !== before[at]?.nextElementSibling.textContent)
      .map(dt => `${dt.textContent.trim()}: ${dt.nextElementSibling.textContent.trim().replace(/\s+/g, ' ')}.`);
  };
  const refresh = fresh => {
    const rows = all(ROWS), others = all(ROWS, fresh), told = [];
    let said = false, moved = rows.map(key).join() !== others.map(key).join();
    rows.forEach((row, at) => {
      const other = moved ? others.find(n => key(n) === key(row)) : others[at];
      if (!other) return;
      const [words, first] = cells(row, other);
      said ||= words;
      moved ||= first;
    });
    all('[data-live]', fresh).forEach(n => {
      const old = id(n.id);
      if (!old) return;
      const figures = named(old, n);
      if (put(old, n)) told.push(...figures);
      old.hidden = n.hidden;
    });
    if (!moved) all('#rows tr.group th').forEach((n, at) => put(n, all('#rows tr.group th', fresh)[at]));
    id('live').dataset.mark = fresh.getElementById('live').dataset.mark;
    if (moved) id('live-moved').hidden = false;
    if (moved || said || told.length) id('live-said').textContent = [id('live-said').dataset[moved ? 'moved' : 'changed'], ...told].join(' ');
  };
  document.addEventListener('htmx:afterRequest', event => {
    const { elt, xhr } = event.detail;
    if (elt.id !== 'live' || xhr.status !== 200) return;
    const fresh = new DOMParser().parseFromString(xhr.responseText, 'text/html');
    if (fresh.getElementById('live')) refresh(fresh);
  });

  /* Ticks: how many rows are chosen is told beside what can be done to them */
  const every = () => document.querySelector('#bulk [name=all]');
  const rowsTicked = () => all('#rows input[name=request]:checked');
  const tell = () => {
    const said = id('chosen');
    if (!said) return;
    const count = every().checked ? every().dataset.count : rowsTicked().length || '';
    const words = count ? said.dataset.some.replace('{count}', count) : said.dataset.none;
    if (said.textContent !== words) said.textContent = words;
  };
  document.addEventListener('change', event => { if (event.target.matches('#rows .tick')) tell(); });
  document.addEventListener('reset', event => {
    if (event.target.id !== 'bulk') return;
    const last = rowsTicked().at(-1);
    setTimeout(() => { tell(); last?.closest('tr').querySelector('a.main').focus({ preventScroll: true }); });
  });
  addEventListener('pageshow', tell);
  let ticked = [];
  document.addEventListener('htmx:beforeSwap', event => { if (event.detail.target.id === 'rows') ticked = rowsTicked().map(n => n.value); });
  document.addEventListener('htmx:afterSwap', () => { all('#rows input[name=request]').forEach(n => { if (ticked.includes(n.value)) n.checked = true; }); tell(); });
})();
