/* charts.js: draws figure.chart with Chart.js; loaded only where someone explores. No inline code, no eval, no sums.

   <figure class="chart" data-chart="id"><div class="plot" hidden><canvas></canvas></div>
   <script type="application/json" id="id">{…}</script><details open>the same as a table</details></figure>

   The block: type, labels, series [{label, colour, data}], stacked, horizontal, group, value {unit, max}.
   Colours are names of tokens in desk.css, read again when the theme changes. Without this script the table is open. */
(() => {
  'use strict';
  const root = document.documentElement;
  const drawn = [];
  const colour = name => {               // a token, light-dark() included, as a colour that a canvas understands
    const probe = document.createElement('span');
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const said = (value, unit) => `${value.toLocaleString(root.dataset.locale || root.lang)}${unit ? ` ${unit}` : ''}`;
  const axis = (of, stacked, measure) => ({
    stacked: !!stacked, max: of?.max, beginAtZero: true, border: { color: colour('line') },
    grid: { display: measure, color: colour('line'), drawTicks: false },
    ticks: { color: colour('ink-3'), padding: 6, maxRotation: 0, autoSkipPadding: 16, ...(measure && { callback: value => said(value, of?.unit), maxTicksLimit: 6 }) },
  });
  const series = (block, one) => ({
    label: one.label, data: one.data, backgroundColor: colour(one.colour), borderColor: colour(one.colour),
    borderWidth: block.type === 'line' ? 2 : 0, pointRadius: 0, barPercentage: .8, categoryPercentage: block.group ?? .8, borderRadius: 2, maxBarThickness: 28,
  });
  const tip = unit => ({
    backgroundColor: colour('primary'), titleColor: colour('on-primary'), bodyColor: colour('on-primary'), padding: 8, cornerRadius: 6,
    callbacks: { label: at => `${at.dataset.label}: ${said(at.raw, unit)}` },
  });
  const draw = figure => {
    const block = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const [measure, names] = block.horizontal ? ['x', 'y'] : ['y', 'x'];
    return new Chart(figure.querySelector('canvas'), {
      type: block.type,
      data: { labels: block.labels, datasets: block.series.map(one => series(block, one)) },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, indexAxis: names, interaction: { mode: 'index', intersect: false },
        scales: { [measure]: axis(block.value, block.stacked, true), [names]: axis({}, block.stacked, false) },
        plugins: { legend: { display: false }, tooltip: tip(block.value?.unit) },
      },
    });
  };
  const all = () => {
    drawn.splice(0).forEach(chart => chart.destroy());
    document.querySelectorAll('figure.chart').forEach(figure => drawn.push(draw(figure)));
  };
  const begin = () => {
    document.querySelectorAll('figure.chart').forEach(figure => {
      figure.querySelector('.plot').hidden = false;
      figure.querySelector('details').open = false;
    });
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 11;
    all();
  };
  if (!window.Chart) return;
  document.fonts.ready.then(begin);
  new MutationObserver(all).observe(root, { attributeFilter: ['data-bs-theme'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);
  addEventListener('beforeprint', () => drawn.forEach(chart => chart.resize()));
})();
