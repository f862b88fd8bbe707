/* planning.js: drag a stop to another place; the page of moves then says what that costs. Optional: the same is done there by choosing. */
(() => {
  const d = document; let held;
  const li = e => e.target.closest?.('[data-move] [data-stop]');
  const clear = () => d.querySelectorAll('.drop').forEach(x => x.classList.remove('drop'));
  const stops = ol => [...ol.querySelectorAll('[data-stop]')].filter(x => x !== held);
  const place = (ol, y) => stops(ol).filter(x => { const r = x.getBoundingClientRect(); return r.top + r.height / 2 < y; }).length;
  d.addEventListener('pointerdown', e => { const x = li(e); if (x && e.pointerType === 'mouse' && !e.target.closest('a')) x.draggable = true; });
  d.addEventListener('dragstart', e => { held = li(e); if (held) { e.dataTransfer.setData('text/plain', held.dataset.stop); e.dataTransfer.effectAllowed = 'move'; } });
  d.addEventListener('dragover', e => {
    const ol = held && e.target.closest?.('[data-move] [data-van]'); if (!ol) return;
    e.preventDefault(); clear();
    const after = place(ol, e.clientY), rows = stops(ol);
    (rows[after] || ol.lastElementChild || ol).classList.add('drop');
  });
  d.addEventListener('dragend', () => { clear(); held = null; });
  d.addEventListener('drop', e => {
    const ol = held && e.target.closest?.('[data-move] [data-van]'); if (!ol) return;
    e.preventDefault();
    const url = new URL(ol.closest('[data-move]').dataset.move, location.href);
    url.searchParams.set('stopp', held.dataset.stop);
    url.searchParams.set('bil', ol.dataset.van);
    url.searchParams.set('plats', place(ol, e.clientY) + 1);
    location.assign(url);
  });
})();
