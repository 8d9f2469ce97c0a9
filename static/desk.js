/* desk.js: the only script of our own. Small behaviours read from data attributes; no inline code, no eval, no sums.
   Listeners sit on the document, so parts that htmx swaps in need no wiring. Attributes:

   data-theme-toggle   form: flips light and dark at once and saves it
   data-suggest        form: arrows walk through what its .suggestions show
   data-keys           filled with the keys of the page when "?" is pressed
   data-key="a"        pressed outside a field: clicks the element, or focuses it when it is a field
   data-then="id"      on a choice with data-key: what is typed next, and gets the focus when it is chosen by key
   data-fill='{"id": "value"}'  click fills fields by id and lets them notice
   data-open="id" / data-close  opens a dialog / closes the dialog or toast around it
   data-add="template id"       adds a line from a <template> before the button's row, numbering __n__
   data-remove="selector"       removes the nearest ancestor that matches
   data-unsaved        form: warns before leaving with words that were not sent
   data-saved          element: shows the state of the nearest data-autosave form ("Saving", "Saved 11:29")
   data-autosave       form: saved by htmx while typing
   data-refused        form that came back with mistakes: the first one gets the focus
   data-refilled       form whose words were kept and are back: not sent yet
   data-go-on="address" link out of trouble: what was typed last is sent to the address, which only keeps it
   data-mistake-of="id" what is wrong with a field, sent anew while it is typed: marks the field
   data-most="bytes"   file input: says which of the chosen files cannot be kept, before they are sent
   data-sent           progress inside a form that sends files: shows how much is there
   data-again          form whose submit button may be pressed twice
   data-whole          form that a choice makes taller: its end stays in sight
   data-mentions="id"  text in which @ offers the names of that <datalist> */
(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, selector, act) => document.addEventListener(type, event => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  });
  /* Its words are in the page, in the reader's language (includes/script_words.html). */
  const say = (name, values = {}) => (document.getElementById('said')?.getAttribute(`data-${name}`) || '').replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
  const typing = target => target.closest?.('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]');

  on('change', 'form[data-whole] [type=radio], form[data-whole] select', field => field.form.scrollIntoView({ block: 'nearest' }));

  /* Theme: "light", "dark", or no attribute to follow the system. The server renders the saved choice. */
  const root = document.documentElement;
  const isDark = () => root.dataset.bsTheme ? root.dataset.bsTheme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  on('submit', '[data-theme-toggle]', (form, event) => {
    event.preventDefault();
    const button = form.elements.theme;
    const chosen = isDark() ? 'light' : 'dark';
    root.dataset.bsTheme = chosen;
    button.value = chosen === 'dark' ? 'light' : 'dark';
    const sent = new FormData(form);
    sent.set('theme', chosen);
    fetch(form.action, { method: 'POST', body: sent, redirect: 'manual' }).catch(() => {});
  });

  /* Keys */
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || document.querySelector('dialog:modal')) return;
    if (event.key === '?') { event.preventDefault(); help(); return; }
    const element = all('[data-key]').find(n => n.dataset.key === event.key.toLowerCase() && n.offsetParent);
    if (!element) return rows(event);
    event.preventDefault();
    if (typing(element)) { element.focus(); return; }
    element.click();
    (document.getElementById(element.dataset.then) || element.control)?.focus();   // Enter then sends its form
  });

  /* "?" lists the keys of the page, each with the word of what it presses. */
  const word = element => {
    const said = (element.labels?.[0] || element).cloneNode(true);
    all('kbd, svg', said).forEach(n => n.remove());
    return element.getAttribute('aria-label') || said.textContent.trim().replace(/\s+/g, ' ') || element.placeholder || '';
  };
  const listed = () => {
    const own = new Map(all('[data-key]').filter(n => n.offsetParent).reverse().map(n => [n.dataset.key, word(n)]));
    const rows_ = all('tr.hit a.main').some(n => n.offsetParent) ? [['j', say('next-row')], ['k', say('row-before')], ['Enter', say('open-row')]] : [];
    return [...[...own].reverse(), ...rows_, ['?', say('these-keys')]];
  };
  const fill = () => document.querySelector('[data-keys]')?.replaceChildren(...listed().flatMap(([key, words]) => {
    const [term, said, cap] = ['dt', 'dd', 'kbd'].map(name => document.createElement(name));
    cap.textContent = key.length === 1 ? key.toUpperCase() : key;
    said.append(cap);
    term.textContent = words;
    return [term, said];
  }));
  const help = () => { fill(); document.getElementById('keys')?.showModal(); };
  on('click', '[data-open="keys"]', fill);

  /* Suggestions: arrows walk from the field through the links; Escape empties them. */
  on('keydown', '[data-suggest]', (form, event) => {
    if (!['ArrowDown', 'ArrowUp', 'Escape'].includes(event.key)) return;
    const field = form.querySelector('input'), found = form.querySelector('.suggestions');
    const stops = [field, ...all('a', found)], at = stops.indexOf(document.activeElement);
    if (event.key === 'Escape') { found.replaceChildren(); field.focus(); return; }
    event.preventDefault();
    stops[Math.max(0, Math.min(stops.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)))].focus();
  });

  /* Rows: j and k walk the links of a list, x ticks the row; Enter, on a link, is the browser's own. */
  const rows = event => {
    if (event.key === 'x') document.activeElement.closest('tr.hit')?.querySelector('input.tick')?.click();
    if (!['j', 'k'].includes(event.key)) return;
    const links = all('tr.hit a.main').filter(n => n.offsetParent);
    const at = links.indexOf(document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at + (event.key === 'j' ? 1 : -1)))]?.focus();
  };

  /* Fill, add, remove, dialogs */
  const noticed = field => ['input', 'change'].forEach(type => field.dispatchEvent(new Event(type, { bubbles: true })));
  on('click', '[data-fill]', (button, event) => {
    event.preventDefault();
    const filled = Object.entries(JSON.parse(button.dataset.fill)).flatMap(([id, value]) => {
      const field = document.getElementById(id);
      if (!field) return [];
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = Boolean(value); else field.value = value;
      noticed(field);
      return [field];
    });
    filled[0]?.focus();
  });
  on('click', '[data-add]', button => {
    const template = document.getElementById(button.dataset.add);
    const count = button.form?.elements[template.dataset.count];
    const holder = document.createElement('template');
    holder.innerHTML = template.innerHTML.replaceAll('__n__', count ? count.value : Date.now());
    const first = holder.content.querySelector('input, select, textarea');
    document.getElementById(template.dataset.into).append(holder.content);
    if (count) count.value = Number(count.value) + 1;
    first?.focus();
    if (button.form) noticed(button.form);
  });
  on('click', '[data-remove]', button => {
    const form = button.form, gone = button.closest(button.dataset.remove);
    const kept = gone.querySelector('input[name$="-DELETE"]');
    if (kept) { kept.value = 'on'; kept.checked = true; gone.hidden = true; } else gone.remove();
    if (form) noticed(form);
  });
  on('click', '[data-open]', (button, event) => { event.preventDefault(); document.getElementById(button.dataset.open).showModal(); });
  on('click', '[data-close]', button => {
    const dialog = button.closest('dialog');
    if (dialog) dialog.close(); else button.closest('[data-toast]')?.remove();
  });
  on('click', 'dialog', (dialog, event) => { if (event.target === dialog) dialog.close(); });

  /* Files: what cannot be kept is said before it is sent, and how much of it is there while it is sent */
  const unkept = (input, file) => file.size > input.dataset.most ? say('too-large', { file: file.name, most: Math.round(input.dataset.most / 1048576) })
    : input.accept.split(',').some(ending => file.name.toLowerCase().endsWith(ending)) ? '' : say('unkept', { file: file.name, kinds: input.accept.replaceAll('.', ' ').trim().toUpperCase() });
  on('change', 'input[type=file][data-most]', input => {
    input.setCustomValidity([...input.files].map(file => unkept(input, file)).filter(Boolean).join(' '));
    input.reportValidity();
  });
  document.addEventListener('htmx:xhr:progress', event => {
    const bar = event.target.querySelector?.('progress[data-sent]');
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = 100 * event.detail.loaded / event.detail.total;
  });

  /* A bar over the page when an answer takes longer than a blink; it moves nothing. */
  let waits = 0, slow;
  const wait = () => { if (!waits++) slow = setTimeout(() => { root.dataset.waiting = '1'; }, 300); };
  const arrived = () => { waits = Math.max(0, waits - 1); if (!waits) { clearTimeout(slow); delete root.dataset.waiting; } };
  addEventListener('pageshow', () => { waits = 0; arrived(); });

  /* A form is sent once: its buttons rest until the answer, or until the page comes back from the history. */
  const rest = (form, resting) => all('button:not([type=button])', form).forEach(b => { b.toggleAttribute('data-resting', resting); b.setAttribute('aria-disabled', String(resting)); });
  const send = form => { form.dataset.sent = '1'; form.setAttribute('aria-busy', 'true'); rest(form, true); wait(); };
  const woken = form => { if (form?.dataset.sent) { delete form.dataset.sent; form.removeAttribute('aria-busy'); rest(form, false); arrived(); } };
  const done = event => event.detail.successful && event.detail.xhr.status < 400;   // a refusal is swapped too
  const byHtmx = '[hx-post], [hx-get]';
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.matches('[data-again], [data-theme-toggle], [method=dialog]')) return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (!navigator.onLine && form.method === 'post') { event.preventDefault(); event.stopImmediatePropagation(); trouble('offline'); return; }
    if (form.matches(byHtmx) || event.submitter?.matches(byHtmx)) return;
    send(form);
    clean(form);
  }, true);
  document.addEventListener('htmx:beforeRequest', event => {
    const sent = event.detail.requestConfig.triggeringEvent?.type;
    const form = event.detail.elt.closest('form');
    if (form && ['submit', 'click'].includes(sent) && !form.matches('[data-again]')) send(form);
  });
  document.addEventListener('htmx:afterRequest', event => {
    const asked = event.detail.requestConfig.elt || event.detail.elt;   // a button that the answer took away still stands in its form
    const form = asked.closest('form');
    woken(form);
    if (form && done(event) && event.detail.requestConfig.triggeringEvent?.type === 'submit') clean(form);
  });
  addEventListener('pageshow', event => {
    if (event.persisted && document.querySelector('form.decide[data-sent]')) location.reload();   // it is decided now
    else all('form[data-sent]').forEach(woken);
  });

  /* A price typed for one line means one by one */
  on('input', '[data-one-by-one] input', input => { input.closest('[data-one-by-one]').querySelector('select').value = 'single'; });

  /* Names after an @: the list belongs to the page, the text says what is looked for. Tab and Enter take one. */
  const found = () => document.getElementById('people-found');
  const atWord = field => /(?:^|[\s(])@([^\n@]{0,40})$/.exec(field.value.slice(0, field.selectionStart))?.[1];
  const unfound = field => { const list = found(); if (list) list.hidden = true; field?.removeAttribute('aria-activedescendant'); };
  const pick = (field, at) => all('li', found()).forEach((n, place) => {
    n.setAttribute('aria-selected', String(place === at));
    if (place === at) { field.setAttribute('aria-activedescendant', n.id); n.scrollIntoView({ block: 'nearest' }); }
  });
  const picked = () => all('li', found()).findIndex(n => n.getAttribute('aria-selected') === 'true');
  const offer = field => {
    const word = atWord(field), list = found();
    if (word === undefined || !list) return unfound(field);
    const names = all('option', document.getElementById(field.dataset.mentions)).map(n => [n.value, n.textContent])
      .filter(([name]) => name.toLowerCase().split(' ').some((_, place, parts) => parts.slice(place).join(' ').startsWith(word.toLowerCase()))).slice(0, 6);
    if (!names.length || names.some(([name]) => name.toLowerCase() === word.toLowerCase())) return unfound(field);
    list.replaceChildren(...names.map(([name, title], place) => {
      const row = document.createElement('li'), small = document.createElement('span');
      row.id = `found-${place}`; row.role = 'option'; row.dataset.name = name;
      small.className = 'sub'; small.textContent = title;
      row.append(name, small);
      return row;
    }));
    field.after(list);
    list.hidden = false;
    document.getElementById('people-count').textContent = say('found', { count: names.length });
    pick(field, 0);
  };
  const take = (field, name) => {
    const end = field.selectionStart, start = end - atWord(field).length;
    field.setRangeText(`${name} `, start, end, 'end');
    unfound(field);
    noticed(field);
  };
  on('input', '[data-mentions]', offer);
  on('click', '#people-found li', row => { const field = row.parentElement.previousElementSibling; field.focus(); take(field, row.dataset.name); });
  on('focusout', '[data-mentions]', (field, event) => { if (!event.relatedTarget) setTimeout(() => { if (document.activeElement !== field) unfound(field); }, 200); else unfound(field); });
  on('keydown', '[data-mentions]', (field, event) => {
    const rows = all('li', found()), at = picked();
    if (found().hidden || !rows.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) pick(field, (at + step + rows.length) % rows.length);
    else if (['Enter', 'Tab'].includes(event.key)) take(field, rows[at].dataset.name);
    else if (event.key === 'Escape') unfound(field);
    else return;
    event.preventDefault();
  });

  /* Autosave and unsaved words */
  const clock = () => new Date().toLocaleTimeString(root.dataset.locale || 'en-GB', { hour: '2-digit', minute: '2-digit', timeZone: document.querySelector('[data-zone]')?.dataset.zone });   // the reader's, as the server writes it
  const told = (form, words) => all('[data-saved]').forEach(n => { if (!form.id || !n.dataset.saved || n.dataset.saved === form.id) n.textContent = words; });
  const clean = form => { delete form.dataset.dirty; };
  on('input', 'form[data-unsaved], form[data-autosave]', form => { form.dataset.dirty = '1'; if (form.matches('[data-autosave]')) told(form, say('not-yet')); });
  document.addEventListener('htmx:beforeRequest', event => { const form = event.target.closest?.('form[data-autosave]'); if (form && form === event.detail.elt) told(form, say('saving')); });
  document.addEventListener('htmx:afterRequest', event => {
    const form = event.target.closest?.('form[data-autosave]');
    if (!form || form !== event.detail.elt) return;
    if (done(event)) { clean(form); told(form, say('saved-at', { time: clock() })); return; }
    const later = [0, 503].includes(event.detail.xhr.status);
    told(form, later ? say('not-later') : say(`not-${event.detail.xhr.status}`) || say('not-ours'));
    if (later) setTimeout(() => save(form), 1000 * (Number(event.detail.xhr.getResponseHeader('Retry-After')) || 5));
  });
  /* What was wrong is forgotten before the answer of a save tells anew: it names only what is wrong now. */
  document.addEventListener('htmx:beforeSwap', event => {
    if (event.detail.requestConfig?.elt?.matches?.('form[data-autosave]') && event.detail.target?.id === 'rail') all('[data-mistake-of]').forEach(n => n.replaceChildren());
  });
  /* It saves, and presses nothing: htmx would send the button that has the focus by now, and go where it leads. */
  document.addEventListener('htmx:configRequest', event => {
    const { elt, formData, triggeringEvent } = event.detail;
    if (!elt.matches('form[data-autosave]') || triggeringEvent?.type === 'submit') return;
    event.detail.path = elt.getAttribute('hx-post');
    all('button[name]', elt).forEach(button => formData.delete(button.name));
  });
  const save = form => { if (form.isConnected && form.dataset.dirty) form.dispatchEvent(new Event('input', { bubbles: true })); };
  let typedIn;
  document.addEventListener('input', event => { const form = event.target.closest?.('form'); if (form?.method === 'post') typedIn = form; });
  addEventListener('beforeunload', event => { if (document.querySelector('form[data-dirty]')) event.preventDefault(); });

  /* A date field shows the day as the browser writes it; beside its label it stands as everywhere else. */
  const dayWords = value => {
    const day = new Date(`${value}T12:00`), year = day.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' };
    return isNaN(day) ? '' : day.toLocaleDateString(root.dataset.locale || 'en-GB', { weekday: 'short', day: 'numeric', month: 'short', ...year }).replace(root.dataset.locale ? '' : ',', '');
  };
  const writeDay = field => {
    const label = field.labels?.[0];
    if (!label || field.parentElement !== label.parentElement) return;
    const place = label.querySelector('[data-day]') || label.appendChild(Object.assign(document.createElement('span'), { className: 'faint nowrap', ariaHidden: 'true' }));
    place.dataset.day = '';
    place.textContent = field.value ? ` ${dayWords(field.value)}` : '';
  };
  const writeDays = () => all('.field > input[type="date"]').forEach(writeDay);
  on('input', '.field > input[type="date"]', writeDay);
  document.addEventListener('htmx:afterSettle', writeDays);

  /* Toasts: praise leaves by itself, trouble stays until it is closed. */
  const toasts = () => document.getElementById('toasts');
  const fade = toast => setTimeout(() => { if (!toast.matches(':hover, :focus-within')) toast.remove(); else fade(toast); }, 8000);
  const seen = () => all('[data-toast=""]:not([data-seen])').forEach(t => { t.dataset.seen = '1'; fade(t); });
  const trouble = cause => {
    const template = document.querySelector(`template[data-trouble="${cause}"]`) || document.querySelector('template[data-trouble="500"]');
    if (template) place()?.replaceChildren(template.content.cloneNode(true));
  };
  /* What our server says of trouble has a place of its own: no field is touched, whatever the request was for. */
  const place = () => document.getElementById('trouble');
  document.addEventListener('htmx:beforeSwap', event => {
    const { xhr } = event.detail;
    if (xhr.status < 400 || xhr.getResponseHeader('HX-Retarget') !== '#trouble') return;
    event.detail.isError = false;
    event.detail.shouldSwap = !(xhr.status === 401 && place()?.querySelector('[data-signed-out]'));
  });
  on('click', '[data-go-on]', (link, event) => {
    const form = typedIn?.isConnected ? typedIn : document.querySelector('form[data-dirty]');
    if (!form) return;
    event.preventDefault();
    clean(form);
    const goesTo = Object.assign(document.createElement('input'), { type: 'hidden', name: 'kept-for', value: new URL(form.getAttribute('action') || '', location.href).pathname });
    form.append(goesTo);
    form.setAttribute('action', link.dataset.goOn);
    HTMLFormElement.prototype.submit.call(form);
  });
  document.addEventListener('htmx:responseError', event => { const { status } = event.detail.xhr; trouble([502, 504].includes(status) ? 503 : status); });   // a proxy's words for it
  document.addEventListener('htmx:sendError', () => trouble('offline'));
  document.addEventListener('htmx:timeout', () => trouble('offline'));
  document.addEventListener('htmx:afterSettle', seen);
  const reached = () => all('[data-offline]').forEach(t => t.remove());
  document.addEventListener('htmx:afterRequest', event => { if (event.detail.xhr.status) reached(); });
  addEventListener('online', () => { reached(); all('form[data-autosave]').forEach(save); });
  addEventListener('offline', () => trouble('offline'));
  addEventListener('load', () => navigator.serviceWorker?.register('/offline.js').catch(() => {}));   // a page for whoever is offline; over plain http a browser keeps none

  /* After a form was refused, the reader stands at its first mistake; a check while typing leaves them alone. */
  const stand = form => form?.querySelector('[aria-invalid="true"]')?.focus();
  document.addEventListener('htmx:afterSettle', event => {
    const sent = event.detail.requestConfig?.triggeringEvent?.type;
    if (event.detail.xhr?.status === 422 && ['submit', 'click'].includes(sent)) stand(document);
  });
  document.addEventListener('htmx:afterSettle', () => all('[data-mistake-of]').forEach(told => {
    const field = document.getElementById(told.dataset.mistakeOf);
    if (told.textContent.trim()) field?.setAttribute('aria-invalid', 'true'); else field?.removeAttribute('aria-invalid');
  }));
  const unsent = form => { if (form.matches('[data-unsaved], [data-autosave]')) form.dataset.dirty = '1'; if (form.matches('[data-autosave]')) told(form, say('not-yet')); };
  /* A row of tabs too wide for the screen shows the current one. */
  const tabbed = () => all('.tabs').forEach(row => { const tab = row.querySelector('[aria-current]'); if (tab) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2; });
  const began = () => { seen(); writeDays(); tabbed(); stand(document.querySelector('form[data-refused]')); all('form[data-refilled]').forEach(unsent); document.getElementById('kept')?.focus(); };
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', began); else began();
})();
