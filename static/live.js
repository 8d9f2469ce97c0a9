/* live.js: a list that stays open asks again, and changes in place what has changed. Rows never come, go or move
   under the reader's eyes: the page says so and waits until it is asked. Attributes:

   id="live" data-mark="…" data-every="30"   asks by htmx, on the event "live", whether there is something new
   data-live       element with an id whose words may be replaced at any time
   id="live-moved" shown when rows have come, gone or moved; id="live-said" tells it to a screen reader
   Ticks of rows outlive every refresh. */
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
  const cells = (old, fresh) => {
    let said = false, moved = old.children.length !== fresh.children.length || old.children[0].innerHTML !== fresh.children[0].innerHTML;
    if (!moved) [...old.children].slice(1).forEach((cell, at) => { if (put(cell, fresh.children[at + 1]) && !cell.matches('.due')) said = true; });
    return [said, moved];
  };
  const refresh = fresh => {
    const rows = all('#rows tr.hit'), others = all('#rows tr.hit', fresh);
    let said = false, moved = rows.map(n => n.id).join() !== others.map(n => n.id).join();
    rows.forEach(row => {
      const other = fresh.getElementById(row.id);
      if (!other) return;
      const [words, first] = cells(row, other);
      said ||= words;
      moved ||= first;
    });
    all('[data-live]', fresh).forEach(n => put(id(n.id), n));
    if (!moved) all('#rows tr.group th').forEach((n, at) => put(n, all('#rows tr.group th', fresh)[at]));
    id('live').dataset.mark = fresh.getElementById('live').dataset.mark;
    if (moved) id('live-moved').hidden = false;
    if (moved || said) id('live-said').textContent = id('live-said').dataset[moved ? 'moved' : 'changed'];
  };
  document.addEventListener('htmx:afterRequest', event => {
    const { elt, xhr } = event.detail;
    if (elt.id !== 'live' || xhr.status !== 200) return;
    const fresh = new DOMParser().parseFromString(xhr.responseText, 'text/html');
    if (fresh.getElementById('live')) refresh(fresh);
  });

  /* Ticks */
  let ticked = [];
  document.addEventListener('htmx:beforeSwap', event => { if (event.detail.target.id === 'rows') ticked = all('#rows input[name=request]:checked').map(n => n.value); });
  document.addEventListener('htmx:afterSwap', () => { all('#rows input[name=request]').forEach(n => { if (ticked.includes(n.value)) n.checked = true; }); });
})();
